import type { LogOptions } from './types.ts';

interface Line {
  /** RFC 3339 with nanoseconds, as the container runtimes write it: texts compare as times. */
  readonly time: string;
  /** With its end, but for a last line that has none. */
  readonly text: string;
}

/** What a container has written in one of its lives, the newest of it. */
export interface ContainerLog {
  /** Appends a whole line, without its end. */
  line(text: string): void;
  /** Takes the output of a process as it comes; the parts of a line are put together. Gives the writer of one stream. */
  writer(): { readonly write: (bytes: Uint8Array) => void; readonly end: () => void };
  /** Nothing more comes. */
  end(): void;
  /** Pieces of text, line ends included. */
  read(options: LogOptions, signal: AbortSignal): AsyncIterable<string>;
}

const mostBytes = 2 * 1024 * 1024;
/** So much is kept where somebody follows the log and has not read it yet. */
const mostUnread = 32 * 1024 * 1024;
/** What a line takes beside its text, about. */
const lineOverhead = 64;
/** Where a container runtime cuts a line. */
const longestLine = 16 * 1024;
/** A reader takes so much at a time. */
const longestPiece = 64 * 1024;

export function createLog(): ContainerLog {
  let lines: Line[] = [];
  let size = 0;
  /** How many lines have been dropped: a reader counts from the first line there ever was. */
  let dropped = 0;
  let ended = false;
  const waiting = new Set<() => void>();
  /** Where each of those who follow reads next. */
  const followers = new Set<{ at: number }>();

  function append(texts: readonly string[]): void {
    if (texts.length === 0) return;
    const time = now();
    for (const text of texts) {
      lines.push({ time, text });
      size += text.length + lineOverhead;
    }
    if (size > mostBytes) trim();
    wake();
  }

  /** A quarter at a time, so that it's rarely done; what somebody still has to read stays, within reason. */
  function trim(): void {
    const read = Math.min(...[...followers].map(({ at }) => at)) - dropped;
    if (read < lines.length / 4 && size <= mostUnread) return;
    let count = 0;
    while (size > mostBytes * 0.75 && count < lines.length - 1 && (count < read || size > mostUnread * 0.75))
      size -= lines[count++]!.text.length + lineOverhead;
    lines = lines.slice(count);
    dropped += count;
  }

  function wake(): void {
    const all = [...waiting];
    waiting.clear();
    for (const each of all) each();
  }

  function more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        waiting.delete(done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  function writer(): ReturnType<ContainerLog['writer']> {
    const decoder = new TextDecoder();
    let rest = '';
    const take = (text: string): void => {
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      append(parts.map((part) => `${part}\n`));
      for (; rest.length >= longestLine; rest = rest.slice(longestLine)) append([rest.slice(0, longestLine)]);
    };
    return {
      write: (bytes) => take(decoder.decode(bytes, { stream: true })),
      end() {
        take(decoder.decode());
        if (rest !== '') append([rest]);
        rest = '';
      },
    };
  }

  async function* read(options: LogOptions, signal: AbortSignal): AsyncIterable<string> {
    const since = sinceOf(options);
    const place = { at: firstLine(lines, since, options.tailLines) + dropped };
    if (options.follow === true) followers.add(place);
    try {
      yield* readFrom(place, options, signal);
    } finally {
      followers.delete(place);
    }
  }

  async function* readFrom(
    place: { at: number },
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncIterable<string> {
    let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
    for (;;) {
      let piece = '';
      let at = Math.max(place.at, dropped);
      for (; at - dropped < lines.length && piece.length < longestPiece; at++) {
        const { time, text } = lines[at - dropped]!;
        piece += options.timestamps === true ? `${time} ${text}` : text;
      }
      place.at = at;
      if (piece !== '') {
        const bytes = Buffer.from(piece);
        if (bytes.length >= left) {
          yield bytes.subarray(0, left).toString();
          return;
        }
        left -= bytes.length;
        yield piece;
      }
      if (signal.aborted) return;
      if (place.at - dropped < lines.length) continue;
      if (ended || options.follow !== true) return;
      await more(signal);
    }
  }

  return {
    line: (text) => append(text.split('\n').map((each) => `${each}\n`)),
    writer,
    end() {
      ended = true;
      wake();
    },
    read,
  };
}

function sinceOf({ sinceSeconds, sinceTime }: LogOptions): string | undefined {
  if (sinceSeconds !== undefined) return new Date(Date.now() - sinceSeconds * 1000).toISOString();
  return sinceTime === undefined ? undefined : new Date(sinceTime).toISOString();
}

function firstLine(lines: readonly Line[], since: string | undefined, tail: number | undefined): number {
  const start = since === undefined ? 0 : lines.findIndex(({ time }) => time >= since.slice(0, -1));
  const first = start === -1 ? lines.length : start;
  if (tail === undefined || tail < 0) return first;
  return Math.max(first, lines.length - tail);
}

/** Of the wall clock, with what the clock of the process knows beyond milliseconds. */
function now(): string {
  const milliseconds = performance.timeOrigin + performance.now();
  const whole = Math.floor(milliseconds);
  const nanoseconds = String(Math.floor((milliseconds - whole) * 1e6)).padStart(6, '0');
  return `${new Date(whole).toISOString().slice(0, -1)}${nanoseconds}Z`;
}
