import type { ApiObject } from './objects.ts';
import type { EventNote } from './record-event.ts';
import type { Store } from './types.ts';

/** The Event that a note becomes. `known`: it has been written before. */
export interface CorrelatedEvent {
  readonly name: string;
  readonly message: string;
  readonly count: number;
  readonly first: Date;
  readonly known: boolean;
}

interface Group {
  readonly messages: Set<string>;
  last: number;
}

interface Budget {
  tokens: number;
  last: number;
}

interface Memory {
  readonly events: Map<string, CorrelatedEvent>;
  readonly groups: Map<string, Group>;
  readonly budgets: Map<string, Budget>;
}

/** client-go's numbers (tools/record/events_cache.go). */
const remembered = 4096;
const similarBeforeCombined = 10;
const similarForMilliseconds = 600_000;
const burst = 25;
const refillMilliseconds = 300_000;

const memories = new WeakMap<Store, Memory>();
let lastNanoseconds = 0n;

/** Decides what a note becomes; undefined where its source has said too much about the object. */
export function correlate(
  store: Store,
  about: ApiObject,
  note: EventNote,
  now: Date,
): CorrelatedEvent | undefined {
  const memory = memoryOf(store);
  const { kind, apiVersion, metadata } = about;
  const subject = [
    note.component,
    note.host,
    kind,
    metadata.namespace,
    metadata.name,
    metadata.uid,
    apiVersion,
  ];
  const aggregate = JSON.stringify([...subject, note.type, note.reason]);
  const combined = isCombined(memory, aggregate, note.message, now.getTime());
  if (!takeToken(memory, JSON.stringify(subject), now.getTime())) return undefined;
  const key = combined
    ? aggregate
    : JSON.stringify([...subject, note.type, note.reason, note.fieldPath, note.message]);
  const message = combined ? `(combined from similar events): ${note.message}` : note.message;
  const before = memory.events.get(key);
  const event: CorrelatedEvent = {
    name: before?.name ?? `${metadata.name}.${nanoseconds(now).toString(16)}`,
    message,
    count: (before?.count ?? 0) + 1,
    first: before?.first ?? now,
    known: before !== undefined,
  };
  remember(memory.events, key, event);
  return event;
}

function memoryOf(store: Store): Memory {
  let memory = memories.get(store);
  if (memory === undefined) {
    memory = { events: new Map(), groups: new Map(), budgets: new Map() };
    memories.set(store, memory);
  }
  return memory;
}

function isCombined({ groups }: Memory, key: string, message: string, now: number): boolean {
  const old = groups.get(key);
  const group =
    old === undefined || now - old.last > similarForMilliseconds
      ? { messages: new Set<string>(), last: now }
      : old;
  group.last = now;
  group.messages.add(message);
  remember(groups, key, group);
  if (group.messages.size < similarBeforeCombined) return false;
  group.messages.delete(message);
  return true;
}

function takeToken({ budgets }: Memory, key: string, now: number): boolean {
  const budget = budgets.get(key) ?? { tokens: burst, last: now };
  budget.tokens = Math.min(burst, budget.tokens + (now - budget.last) / refillMilliseconds);
  budget.last = now;
  remember(budgets, key, budget);
  if (budget.tokens < 1) return false;
  budget.tokens -= 1;
  return true;
}

/** Keeps what was used last. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= remembered) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

/** Of the clock, and never the same twice: Events are named by it. */
function nanoseconds(now: Date): bigint {
  const next = BigInt(now.getTime()) * 1_000_000n;
  lastNanoseconds = next > lastNanoseconds ? next : lastNanoseconds + 1n;
  return lastNanoseconds;
}
