import { describe, expect, it } from 'vitest';
import { createWorkQueue } from './queue.ts';

describe('the work queue', () => {
  it('takes keys in their order, each once however often it was added', async () => {
    const seen: string[] = [];
    const queue = createWorkQueue(() => {});
    const one = queue.worker('one', (key) => seen.push(`one ${key}`));
    const other = queue.worker('other', (key) => seen.push(`other ${key}`));
    for (const key of ['a', 'b', 'a']) one.add(key);
    other.add('a');
    expect(seen).toEqual([]);
    await queue.idle();
    expect(seen).toEqual(['one a', 'one b', 'other a']);
  });

  it('takes a key again that is added while it is being worked on', async () => {
    let times = 0;
    const queue = createWorkQueue(() => {});
    const worker = queue.worker('one', (key) => {
      times++;
      if (times < 3) worker.add(key);
    });
    worker.add('a');
    await queue.idle();
    expect(times).toBe(3);
  });

  it('tries again what failed, tells of it once, and goes on with the others', async () => {
    const told: unknown[] = [];
    const queue = createWorkQueue((worker, key, error) => told.push([worker, key, (error as Error).message]));
    let failures = 3;
    const done = new Promise<void>((resolve) => {
      const worker = queue.worker('one', (key) => {
        if (key === 'bad' && failures-- > 0) throw new Error('not yet');
        if (key === 'bad') resolve();
      });
      worker.add('bad');
      worker.add('good');
    });
    await done;
    expect(told).toEqual([['one', 'bad', 'not yet']]);
  });

  it('lets others in the event loop have their turn', async () => {
    const queue = createWorkQueue(() => {});
    const order: string[] = [];
    const worker = queue.worker('slow', (key) => {
      const start = performance.now();
      while (performance.now() - start < 12);
      order.push(key);
    });
    for (const key of ['a', 'b', 'c']) worker.add(key);
    setTimeout(() => order.push('timer'), 1);
    await queue.idle();
    expect(order.slice(0, 3)).toContain('timer');
  });

  it('does nothing more when it is closed', async () => {
    const queue = createWorkQueue(() => {});
    let times = 0;
    const worker = queue.worker('one', () => times++);
    worker.add('a');
    worker.addAfter('b', 0);
    queue.close();
    worker.add('c');
    await queue.idle();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(times).toBe(0);
  });
});
