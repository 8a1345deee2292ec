import { describe, expect, it } from 'vitest';
import { parseSchedule } from './cron-schedule.ts';

const next = (schedule: string, from: string, zone?: string): string | undefined =>
  parseSchedule(schedule, zone).next(new Date(from))?.toISOString();

describe('a schedule', () => {
  it.each([
    ['* * * * *', '2026-03-01T10:20:30Z', '2026-03-01T10:21:00.000Z'],
    ['*/15 * * * *', '2026-03-01T10:15:00Z', '2026-03-01T10:30:00.000Z'],
    ['5/20 * * * *', '2026-03-01T10:30:00Z', '2026-03-01T10:45:00.000Z'],
    ['0 9-17/4 * * *', '2026-03-01T10:00:00Z', '2026-03-01T13:00:00.000Z'],
    ['30 2 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T02:30:00.000Z'],
    ['0 0 * * mon', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00.000Z'],
    // Where both days are given, either will do.
    ['0 0 13 * FRI', '2026-03-01T00:00:00Z', '2026-03-06T00:00:00.000Z'],
    ['0 0 1 jan,Jul *', '2026-03-01T00:00:00Z', '2026-07-01T00:00:00.000Z'],
    ['@daily', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00.000Z'],
    ['@every 1m30s', '2026-03-01T00:00:00Z', '2026-03-01T00:01:30.000Z'],
  ])('%s after %s is %s', (schedule, from, wanted) => {
    expect(next(schedule, from)).toBe(wanted);
  });

  it('goes by the clocks of its time zone', () => {
    expect(next('0 9 * * *', '2026-01-10T12:00:00Z', 'Europe/Berlin')).toBe('2026-01-11T08:00:00.000Z');
    expect(next('0 9 * * *', '2026-07-10T12:00:00Z', 'Europe/Berlin')).toBe('2026-07-11T07:00:00.000Z');
    expect(next('30 0 * * *', '2026-01-10T12:00:00Z', 'Asia/Kolkata')).toBe('2026-01-10T19:00:00.000Z');
  });

  it('that never falls due has no next time', () => {
    expect(next('0 0 31 2 *', '2026-01-01T00:00:00Z')).toBeUndefined();
  });

  it.each([
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['@sometimes', 'unrecognized descriptor: @sometimes'],
    ['* * * * funday', 'failed to parse int from funday'],
  ])('%s is refused: %s', (schedule, message) => {
    expect(() => parseSchedule(schedule)).toThrow(message);
  });
});
