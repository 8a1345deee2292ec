import { expect, it } from 'vitest';
import { humanDuration } from './duration.ts';

// From the table of k8s.io/apimachinery/pkg/util/duration's own test.
const second = 1;
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

it.each([
  [-2 * second, '<invalid>'],
  [-1 * second, '0s'],
  [0, '0s'],
  [second, '1s'],
  [minute, '60s'],
  [2 * minute - 0.001, '119s'],
  [2 * minute, '2m'],
  [2 * minute + second, '2m1s'],
  [10 * minute - 0.001, '9m59s'],
  [10 * minute, '10m'],
  [3 * hour - 0.001, '179m'],
  [3 * hour, '3h'],
  [3 * hour + minute, '3h1m'],
  [8 * hour, '8h'],
  [49 * hour, '2d1h'],
  [2 * day, '2d'],
  [8 * day + hour, '8d'],
  [2 * year, '2y'],
  [2 * year + 23 * hour, '2y'],
  [3 * year + day, '3y1d'],
  [8 * year, '8y'],
])('%d seconds are %s', (seconds, text) => {
  expect(humanDuration(seconds)).toBe(text);
});
