import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mergeRuns } from './merge-runs.ts';

describe('mergeRuns', () => {
  it('runs once for calls that come together, and once more for those that come meanwhile', async () => {
    const seen: number[] = [];
    let wanted = 0;
    let running = 0;
    const run = mergeRuns(async () => {
      expect(++running).toBe(1);
      const got = wanted;
      await wait(5);
      seen.push(got);
      running--;
    });
    const call = (value: number): Promise<void> => {
      wanted = value;
      return run();
    };
    const first = [call(1), call(2), call(3)];
    await wait(2);
    const later = [call(4), call(5)];
    await Promise.all(first);
    expect(seen).toEqual([3]);
    await Promise.all(later);
    expect(seen).toEqual([3, 5]);
    await call(6);
    expect(seen).toEqual([3, 5, 6]);
  });

  it('hears what is due in this turn before it begins', async () => {
    let wanted = 'before';
    const seen: string[] = [];
    const run = mergeRuns(async () => void seen.push(wanted));
    setImmediate(() => {
      wanted = 'news';
    });
    await run();
    expect(seen).toEqual(['news']);
  });

  it('tells a failure to those who called for that run, and goes on', async () => {
    let fail = true;
    const run = mergeRuns(async () => {
      if (fail) throw new Error('nft');
    });
    await expect(Promise.all([run(), run()])).rejects.toThrow('nft');
    fail = false;
    await expect(run()).resolves.toBeUndefined();
  });
});
