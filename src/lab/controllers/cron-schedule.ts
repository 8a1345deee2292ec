/** The times at which a schedule falls due. */
export interface Schedule {
  /** The first time after `time`, undefined where there is none in the next five years. */
  next(time: Date): Date | undefined;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: months },
  { name: 'day of week', min: 0, max: 6, words: weekdays },
];
const shorthands: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const minuteMilliseconds = 60_000;
const yearsAhead = 5;

/** Reads the five fields of a cron schedule, or one of its shorthands (`@hourly`, `@every 90s`). Throws an Error that says what is wrong. Source: github.com/robfig/cron, ParseStandard. */
export function parseSchedule(text: string, timeZone: string = 'UTC'): Schedule {
  const every = /^@every (.+)$/.exec(text);
  if (every !== null) return everyInterval(milliseconds(every[1]!));
  const parts = (shorthands[text] ?? text).trim().split(/\s+/);
  if (text.startsWith('@') && shorthands[text] === undefined) {
    throw new Error(`unrecognized descriptor: ${text}`);
  }
  if (parts.length !== fields.length) {
    throw new Error(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  }
  const sets = parts.map((part, i) => parseField(part, fields[i]!));
  const [minutes, hours, days, allowedMonths, daysOfWeek] = sets as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const anyDay = isStar(parts[2]!) || isStar(parts[4]!);
  const clock = clockOf(timeZone);
  const dayFits = (day: number, weekday: number): boolean => {
    const both = [days.has(day), daysOfWeek.has(weekday)] as const;
    return anyDay ? both[0] && both[1] : both[0] || both[1];
  };
  return {
    next(time) {
      let at = Math.floor(time.getTime() / minuteMilliseconds + 1) * minuteMilliseconds;
      const end = at + yearsAhead * 366 * 24 * 60 * minuteMilliseconds;
      while (at < end) {
        const { month, day, weekday, hour, minute } = clock(at);
        // Where the day or hour does not fit, go on at its end.
        if (!allowedMonths.has(month) || !dayFits(day, weekday)) {
          at += ((23 - hour) * 60 + (60 - minute)) * minuteMilliseconds;
        } else if (!hours.has(hour)) at += (60 - minute) * minuteMilliseconds;
        else if (!minutes.has(minute)) at += minuteMilliseconds;
        else return new Date(at);
      }
      return undefined;
    },
  };
}

function isStar(part: string): boolean {
  return part.startsWith('*') || part.startsWith('?');
}

function parseField(text: string, field: Field): Set<number> {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [range = '', step, ...more] = item.split('/');
    if (more.length > 0) throw new Error(`too many slashes: ${item}`);
    const [from, to] = bounds(range, field, step !== undefined);
    const width = step === undefined ? 1 : readNumber(step, field);
    if (width === 0) throw new Error(`step of range should be a positive number: ${item}`);
    if (from < field.min)
      throw new Error(`beginning of range (${from}) below minimum (${field.min}): ${item}`);
    if (to > field.max) throw new Error(`end of range (${to}) above maximum (${field.max}): ${item}`);
    if (from > to) throw new Error(`beginning of range (${from}) beyond end of range (${to}): ${item}`);
    for (let value = from; value <= to; value += width) values.add(value);
  }
  return values;
}

function bounds(range: string, field: Field, hasStep: boolean): readonly [number, number] {
  if (range === '*' || range === '?') return [field.min, field.max];
  const [first = '', second, ...more] = range.split('-');
  if (more.length > 0) throw new Error(`too many hyphens: ${range}`);
  const from = readNumber(first, field);
  if (second !== undefined) return [from, readNumber(second, field)];
  return [from, hasStep ? field.max : from];
}

function readNumber(text: string, { words = [], min }: Field): number {
  const word = words.indexOf(text.toLowerCase());
  if (word >= 0) return word + min;
  if (!/^\d+$/.test(text))
    throw new Error(`failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`);
  return Number(text);
}

interface Wall {
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

/** What the clocks of a time zone show. Throws a RangeError for one that nobody knows. */
function clockOf(timeZone: string): (time: number) => Wall {
  if (timeZone === 'UTC') {
    return (time) => {
      const date = new Date(time);
      return {
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        weekday: date.getUTCDay(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
      };
    };
  }
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    month: 'numeric',
    day: 'numeric',
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (time) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return {
      month: Number(parts.month),
      day: Number(parts.day),
      weekday: weekdays.indexOf(parts.weekday!.toLowerCase()),
      hour: Number(parts.hour),
      minute: Number(parts.minute),
    };
  };
}

function everyInterval(interval: number): Schedule {
  const whole = Math.max(1000, Math.floor(interval / 1000) * 1000);
  return { next: (time) => new Date(Math.floor(time.getTime() / 1000) * 1000 + whole) };
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A duration as Go writes it: `1h30m`, `90s`. */
function milliseconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new Error(`failed to parse duration @every ${text}: time: invalid duration "${text}"`);
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit!]!, 0);
}
