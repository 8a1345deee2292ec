/** Keys that wait to be reconciled by one controller. A key waits once, however often it is added. */
export interface Worker {
  add(key: string): void;
  /** Adds the key when so much time has gone by; of several such wishes for a key the earliest counts. */
  addAfter(key: string, milliseconds: number): void;
}

/** One loop for all controllers. */
export interface WorkQueue {
  /** `sync` brings one key up to date. When it throws, the key comes again, later each time; the first of several failures in a row is reported. */
  worker(name: string, sync: (key: string) => void): Worker;
  /** Resolves when no key waits; keys that come later of themselves (`addAfter`, retries) don't count. */
  idle(): Promise<void>;
  close(): void;
}

interface Lane {
  readonly name: string;
  readonly sync: (key: string) => void;
  readonly waiting: Set<string>;
  readonly failures: Map<string, number>;
  readonly timers: Map<string, { readonly due: number; readonly timer: NodeJS.Timeout }>;
}

/** Longer than this nobody else in the event loop has to wait. */
const sliceMilliseconds = 10;
const firstRetryMilliseconds = 5;
const longestRetryMilliseconds = 30_000;
const longestTimer = 2 ** 31 - 1;

/** A queue that starts when something is added, and takes the keys of all workers in the order in which they came. */
export function createWorkQueue(onError: (worker: string, key: string, error: unknown) => void): WorkQueue {
  const lanes: Lane[] = [];
  let order: { readonly lane: Lane; readonly key: string }[] = [];
  let taken = 0;
  let running: NodeJS.Immediate | undefined;
  let closed = false;
  let waiters: (() => void)[] = [];

  function add(lane: Lane, key: string): void {
    if (closed || lane.waiting.has(key)) return;
    lane.waiting.add(key);
    order.push({ lane, key });
    running ??= setImmediate(run);
  }

  function addAfter(lane: Lane, key: string, milliseconds: number): void {
    if (closed) return;
    const delay = Math.min(Math.max(0, milliseconds), longestTimer);
    const due = Date.now() + delay;
    const old = lane.timers.get(key);
    if (old !== undefined) {
      if (old.due <= due) return;
      clearTimeout(old.timer);
    }
    const timer = setTimeout(() => {
      lane.timers.delete(key);
      add(lane, key);
    }, delay);
    timer.unref();
    lane.timers.set(key, { due, timer });
  }

  function process(lane: Lane, key: string): void {
    lane.waiting.delete(key);
    try {
      lane.sync(key);
      lane.failures.delete(key);
    } catch (error) {
      const failures = lane.failures.get(key) ?? 0;
      lane.failures.set(key, failures + 1);
      if (failures === 0) onError(lane.name, key, error);
      addAfter(lane, key, Math.min(firstRetryMilliseconds * 2 ** failures, longestRetryMilliseconds));
    }
  }

  function run(): void {
    const start = performance.now();
    while (taken < order.length) {
      const { lane, key } = order[taken++]!;
      process(lane, key);
      if (performance.now() - start > sliceMilliseconds) break;
    }
    if (taken === order.length) {
      order = [];
      taken = 0;
    }
    running = order.length > 0 && !closed ? setImmediate(run) : undefined;
    if (running !== undefined) return;
    const done = waiters;
    waiters = [];
    for (const resolve of done) resolve();
  }

  return {
    worker(name, sync) {
      const lane: Lane = { name, sync, waiting: new Set(), failures: new Map(), timers: new Map() };
      lanes.push(lane);
      return { add: (key) => add(lane, key), addAfter: (key, ms) => addAfter(lane, key, ms) };
    },
    idle: () => (running === undefined ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    close() {
      closed = true;
      if (running !== undefined) clearImmediate(running);
      running = undefined;
      for (const { timers } of lanes) for (const { timer } of timers.values()) clearTimeout(timer);
      for (const resolve of waiters) resolve();
    },
  };
}
