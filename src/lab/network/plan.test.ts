import { describe, expect, it } from 'vitest';
import { addressPool, defaultPlan } from './plan.ts';

describe('addressPool', () => {
  it('hands out the addresses of a CIDR from its third on', () => {
    const pool = addressPool(defaultPlan.podCIDR);
    expect([pool.take(), pool.take()]).toEqual(['10.244.0.2', '10.244.0.3']);
  });

  it('hands out one that came back only after all others', () => {
    const pool = addressPool('10.0.0.0/29');
    const first = pool.take();
    pool.give(first);
    expect([1, 2, 3, 4, 5].map(() => pool.take())).toEqual([
      '10.0.0.3',
      '10.0.0.4',
      '10.0.0.5',
      '10.0.0.6',
      '10.0.0.2',
    ]);
    expect(() => pool.take()).toThrow('no address of 10.0.0.0/29 is left');
  });

  it('gives the one that is wanted, once', () => {
    const pool = addressPool('10.0.0.0/29');
    expect([pool.take('10.0.0.2'), pool.take('192.0.2.1'), pool.take()]).toEqual([
      '10.0.0.2',
      '192.0.2.1',
      '10.0.0.3',
    ]);
    expect(() => pool.take('192.0.2.1')).toThrow("192.0.2.1 is another pod's address");
  });

  it('refuses what is no CIDR', () => {
    expect(() => addressPool('pods')).toThrow('pods is no CIDR');
  });
});
