import { expect, it } from 'vitest';
import { formatDuration } from './duration-text.ts';

it('writes durations as protobuf does', () => {
  const texts = [0n, 2_000_000_000n, 1_500_000_000n, 250_000n, 1n, -100_000_000n].map(formatDuration);
  expect(texts).toEqual(['0s', '2s', '1.500s', '0.000250s', '0.000000001s', '-0.100s']);
});
