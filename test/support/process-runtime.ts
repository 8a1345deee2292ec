import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { LogOptions, PodRuntime } from '../../src/lab/node/index.ts';
import { badRequest } from '../../src/lab/store/index.ts';

/** The lines of one container's log, to which a test may add. */
export interface TestLog {
  readonly lines: string[];
  add(line: string): void;
  end(): void;
}

export interface ProcessRuntime extends PodRuntime {
  /** Starts the process of a container that reads its input, by `pod/container`. */
  begin(key: string, argv: readonly string[]): ChildProcessWithoutNullStreams;
  /** By `pod/container`; of an earlier life `pod/container/previous`. */
  log(key: string): TestLog;
  /** How many readers follow a log now. */
  readonly followers: () => number;
  /** Sizes of terminals that were told. */
  readonly sizes: { readonly columns: number; readonly rows: number }[];
  /** Commands that were ended because their caller went away. */
  readonly aborted: string[];
}

/** A runtime whose containers are this machine: commands are real processes, with `script` as their terminal, and ports are its own. */
export function processRuntime(): ProcessRuntime {
  const logs = new Map<string, TestLog & { waiting: Set<() => void>; ended: boolean }>();
  const sizes: { columns: number; rows: number }[] = [];
  const aborted: string[] = [];
  const begun = new Map<string, ChildProcessWithoutNullStreams>();
  let followers = 0;

  function log(key: string) {
    const known = logs.get(key);
    if (known !== undefined) return known;
    const waiting = new Set<() => void>();
    const wake = () => {
      for (const each of waiting) each();
      waiting.clear();
    };
    const made = {
      lines: [] as string[],
      waiting,
      ended: false,
      add(line: string) {
        made.lines.push(line);
        wake();
      },
      end() {
        made.ended = true;
        wake();
      },
    };
    logs.set(key, made);
    return made;
  }

  async function* read(pod: string, options: LogOptions, signal: AbortSignal): AsyncIterable<string> {
    const key = `${pod}/${options.container}`;
    if (options.previous === true && !logs.has(`${key}/previous`)) {
      throw badRequest(`previous terminated container "${options.container}" in pod "${pod}" not found`);
    }
    const found = log(options.previous === true ? `${key}/previous` : key);
    let at = Math.max(0, found.lines.length - (options.tailLines ?? Number.POSITIVE_INFINITY));
    if (options.follow === true) followers++;
    try {
      for (;;) {
        while (at < found.lines.length) {
          const stamp = options.timestamps === true ? '2026-01-01T00:00:00.000000000Z ' : '';
          yield `${stamp}${found.lines[at++]}\n`;
        }
        if (options.follow !== true || found.ended || signal.aborted) return;
        await new Promise<void>((resolve) => {
          found.waiting.add(resolve);
          signal.addEventListener('abort', () => resolve());
        });
      }
    } finally {
      if (options.follow === true) followers--;
    }
  }

  return {
    log,
    sizes,
    aborted,
    followers: () => followers,
    begin(key, argv) {
      const child = spawn(argv[0]!, argv.slice(1), { stdio: 'pipe' });
      begun.set(key, child);
      return child;
    },
    logs: (_namespace, pod, options, signal) => read(pod, options, signal),
    async exec(_namespace, _pod, _container, command, streams) {
      const argv = streams.terminal
        ? ['script', '-qec', command.map((word) => `'${word}'`).join(' '), '/dev/null']
        : command;
      const child = spawn(argv[0]!, argv.slice(1), { stdio: 'pipe' });
      const failed = new Promise<never>((_resolve, reject) => child.on('error', reject));
      child.stdin.on('error', () => {});
      if (streams.stdin === undefined) child.stdin.end();
      else streams.stdin.pipe(child.stdin);
      child.stdout.pipe(streams.stdout);
      if (streams.stderr !== undefined) child.stderr.pipe(streams.stderr);
      streams.onResize?.((size) => sizes.push(size));
      streams.signal.addEventListener('abort', () => {
        if (child.exitCode === null) aborted.push(command.join(' '));
        child.kill('SIGKILL');
      });
      const [code] = (await Promise.race([once(child, 'close'), failed])) as [number | null];
      return { code: code ?? 137 };
    },
    async attach(_namespace, pod, container, { stdin, stdout, stderr, signal }) {
      const child = begun.get(`${pod}/${container}`);
      if (child === undefined) {
        for await (const piece of read(pod, { container, follow: true, tailLines: 0 }, signal)) {
          stdout.write(piece);
        }
        return;
      }
      stdin?.pipe(child.stdin);
      child.stdout.pipe(stdout);
      if (stderr !== undefined) child.stderr.pipe(stderr);
      await once(child, 'close');
    },
    async portForward(_namespace, _pod, port) {
      const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
      await once(socket, 'connect');
      return socket;
    },
  };
}
