import { describe, expect, it } from 'vitest';
import { checkPlugin, habitsOf } from './plugin.ts';

describe('habitsOf', () => {
  it.each([
    [undefined, {}],
    ['hairpin=exempt', {}],
    ['repeated-port-name=first', { repeatedPortName: 'first' }],
    ['repeated-port-name=any,priority-tie=by-name', { repeatedPortName: 'any', priorityTie: 'by name' }],
    // Its evaluatePorts goes through all container ports, and it sorts policies by priority, then name.
    ['kube-network-policies', { repeatedPortName: 'any', priorityTie: 'by name' }],
  ])('%s', (cni, habits) => {
    expect(habitsOf(cni)).toEqual(habits);
  });
});

describe('checkPlugin', () => {
  it('takes known plugins and habits only', () => {
    expect(checkPlugin('kube-network-policies,hairpin=exempt')).toBeUndefined();
    expect(checkPlugin('repeated-port-name=any')).toBeUndefined();
    expect(checkPlugin('repeated-port-name=last')).toContain('repeated-port-name=first|any');
  });
});
