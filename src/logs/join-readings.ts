import { recordOf } from './record-of.ts';
import type { LogFields, LogRecord, Reading } from './types.ts';

/** What readings of single lines come to: lines of one decision as one record, in the order of their first lines. */
export interface Joiner {
  /** Takes what one line says, or lines from `first` on that are one. */
  readonly add: (reading: Reading, dialect: string, line: number, first?: number) => void;
  /** Gives what is certain by now; with `all`, also results that a later line could still add to. */
  readonly take: (line: number, all?: boolean) => readonly LogRecord[];
}

interface Opening {
  readonly first: number;
  last: number;
  fields: LogFields;
}

/** A record to be, in the order of the stream. */
interface Waiting {
  readonly first: number;
  last: number;
  readonly dialect: string;
  readonly decision: LogRecord['decision'];
  fields: LogFields;
  settled: boolean;
}

/** A reply follows its denial at once; other threads come between. */
const patience = 500;
/** Details follow their opening at once, too; where streams are mixed, others' lines come between. */
const mostBetween = 100;
/** Openings without a result are forgotten beyond so many. */
const mostOpenings = 4096;

/** Makes a joiner; it holds a bounded number of lines, however long the stream. */
export function joiner(): Joiner {
  const openings = new Map<string, Opening>();
  const latest = new Map<string, Opening>();
  const denials = new Map<string, Waiting>();
  let queue: Waiting[] = [];

  const settle = (key: string): void => {
    const waiting = denials.get(key);
    if (waiting !== undefined) waiting.settled = true;
    denials.delete(key);
  };

  const open = (key: string, stream: string, reading: Reading, line: number, first: number): void => {
    const opening: Opening = { first, last: line, fields: reading.fields ?? {} };
    remember(openings, key, opening);
    if (reading.goesOn === true) remember(latest, stream, opening);
    else latest.delete(stream);
  };

  const detail = (key: string, stream: string, reading: Reading, line: number): void => {
    const opening = latest.get(stream);
    if (opening === undefined || line - opening.last > mostBetween) return;
    opening.last = line;
    opening.fields = mergeFields(opening.fields, reading.fields ?? {});
    if (reading.thread !== undefined) remember(openings, key, opening);
  };

  const result = (
    key: string,
    stream: string,
    reading: Reading,
    dialect: string,
    line: number,
    from: number,
  ): void => {
    const opening = openings.get(key) ?? unthreaded(stream, line);
    const fields = mergeFields(reading.fields ?? {}, opening?.fields ?? {});
    const decision = reading.decision ?? 'none';
    const first = opening?.first ?? from;
    const waiting = { first, last: line, dialect, decision, fields, settled: decision !== 'deny' };
    queue.push(waiting);
    if (!waiting.settled) denials.set(key, waiting);
    if (opening !== undefined && latest.get(stream) === opening) latest.delete(stream);
    if (reading.leavesOpening !== true) openings.delete(key);
    if (reading.leavesOpening === true && opening !== undefined) remember(openings, key, opening);
  };

  /** A question over several lines has its thread behind the last of them, which may hold nothing else: it is the one before the result. */
  const unthreaded = (stream: string, line: number): Opening | undefined => {
    const opening = latest.get(stream);
    const isOpen = opening !== undefined && openings.get(`${stream}\n`) === opening;
    if (!isOpen || line - opening.last > mostBetween) return undefined;
    openings.delete(`${stream}\n`);
    return opening;
  };

  const reply = (key: string, reading: Reading, dialect: string, line: number, first: number): void => {
    const waiting = denials.get(key);
    if (waiting === undefined || !samePolicy(waiting.fields, reading.fields ?? {})) {
      settle(key);
      whole(reading, dialect, line, first);
      return;
    }
    waiting.last = line;
    waiting.fields = mergeFields(waiting.fields, reading.fields ?? {});
    settle(key);
  };

  const ending = (
    key: string,
    stream: string,
    reading: Reading,
    dialect: string,
    line: number,
    first: number,
  ): void => {
    if (denials.has(key)) reply(key, reading, dialect, line, first);
    else if (openings.has(key) || reading.decision === 'deny')
      result(key, stream, reading, dialect, line, first);
    settle(key);
  };

  const whole = (reading: Reading, dialect: string, line: number, first: number): void => {
    const { decision = 'none', fields = {} } = reading;
    queue.push({ first, last: line, dialect, decision, fields, settled: true });
  };

  return {
    add: (reading, dialect, line, first = line) => {
      if (reading.part === 'whole') return whole(reading, dialect, line, first);
      const stream = reading.stream ?? '';
      const key = `${stream}\n${reading.thread ?? ''}`;
      if (reading.part === 'reply') return reply(key, reading, dialect, line, first);
      if (reading.part === 'ending') return ending(key, stream, reading, dialect, line, first);
      if (reading.part === 'detail') return detail(key, stream, reading, line);
      if (reading.part === 'break') latest.delete(stream);
      if (reading.part === 'break' || reading.part === 'other') return;
      settle(key);
      if (reading.part === 'opening') return open(key, stream, reading, line, first);
      result(key, stream, reading, dialect, line, first);
    },
    take: (line, all = false) => {
      for (const [key, { last }] of denials) {
        if (!all && line - last <= patience) break;
        settle(key);
      }
      const held = queue.findIndex(({ settled }) => !settled);
      const ready = held < 0 ? queue : queue.slice(0, held);
      queue = held < 0 ? [] : queue.slice(held);
      return ready.map(recordOf);
    },
  };
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > mostOpenings) map.delete(map.keys().next().value!);
}

/** Fields of both, of ends what either says; where both state one, the first's. */
function mergeFields(first: LogFields, second: LogFields): LogFields {
  const merged: Record<string, unknown> = { ...second };
  putOver(merged, first as Fields);
  for (const side of ['source', 'destination'] as const) {
    if (first[side] === undefined || second[side] === undefined) continue;
    const end: Record<string, unknown> = { ...second[side] };
    putOver(end, first[side] as Fields);
    merged[side] = end;
  }
  return merged;
}

function putOver(fields: Record<string, unknown>, over: Fields): void {
  for (const key in over) {
    if (over[key] !== undefined) fields[key] = over[key];
  }
}

/** Whether a denial and a reply can be about the same policy. A reply without one is about any. */
function samePolicy({ policy }: LogFields, reply: LogFields): boolean {
  if (reply.policy === undefined) return true;
  return (
    reply.policy.name === policy?.name?.replace(/\s/g, '_') && reply.policy.namespace === policy?.namespace
  );
}

type Fields = Readonly<Record<string, unknown>>;
