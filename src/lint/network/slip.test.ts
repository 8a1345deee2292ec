import { expect, test } from 'vitest';
import { isSlip } from './slip.ts';

test.each([
  ['frontend', 'frontned'],
  ['web', 'wbe'],
  ['monitoring', 'monitorng'],
  ['cart', 'carts'],
])('%s is a slip for %s', (a, b) => expect(isSlip(a, b)).toBe(true));

test.each([
  ['v1', 'v2'],
  ['shop-1', 'shop-2'],
  ['web', 'api'],
  ['db', 'bd'],
  ['cart', 'card-service'],
  ['web', 'web'],
])('%s is no slip for %s', (a, b) => expect(isSlip(a, b)).toBe(false));
