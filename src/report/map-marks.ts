import type { Passage } from '../reach/index.ts';
import { holdsEveryPort, mergeRanges, protocols } from './port-words.ts';
import type { Style } from './style.ts';

/** A pair in one word; `none` = there is no such pair. */
export type Mark = 'every port' | 'some ports' | 'some requests' | 'not known' | 'nothing' | 'none';

const signs: Readonly<Record<Mark, string>> = {
  'every port': '■',
  'some ports': '✓',
  'some requests': '◐',
  'not known': '?',
  nothing: '·',
  none: ' ',
};

/** What the signs say of pairs of ends. */
export const pairMeanings: Readonly<Record<Mark, string>> = {
  'every port': 'every port',
  'some ports': 'some ports',
  'some requests': 'on some ports only some requests',
  'not known': 'not known, or not for all of it',
  nothing: 'nothing',
  none: '',
};

/** What they say of pairs of namespaces. */
export const groupMeanings: Readonly<Record<Mark, string>> = {
  'every port': 'all pairs, every port',
  'some ports': 'all pairs, some ports or requests',
  'some requests': 'some pairs',
  'not known': 'some pairs not known',
  nothing: 'nothing',
  none: '',
};

const marksByPassages = new WeakMap<readonly Passage[], Mark>();

/**
 * What comes through, in one word. At a port that takes HTTP, bytes that are not HTTP don't count; anything that is not known makes the whole of it not known.
 */
export function markOf(passages: readonly Passage[] | undefined): Mark {
  if (passages === undefined) return 'none';
  if (passages.length === 0) return 'nothing';
  const known = marksByPassages.get(passages);
  if (known !== undefined) return known;
  const mark = weigh(passages);
  marksByPassages.set(passages, mark);
  return mark;
}

function weigh(passages: readonly Passage[]): Mark {
  if (passages.some(isOpenEnded)) return 'not known';
  if (passages.some(({ http }) => http !== undefined && http.outcome !== 'allow')) return 'some requests';
  const isEvery = protocols.every((protocol) =>
    holdsEveryPort(
      mergeRanges(passages.filter((passage) => passage.protocol === protocol).flatMap(({ ports }) => ports)),
    ),
  );
  return isEvery ? 'every port' : 'some ports';
}

function isOpenEnded({ bytes, http }: Passage): boolean {
  if (bytes === 'unknown' || http?.outcome === 'unknown') return true;
  return http?.outcome === 'depends' && http.unknown.length > 0;
}

/** The sign of a mark, coloured. */
export function paintMark(mark: Mark, style: Style): string {
  const sign = signs[mark];
  if (mark === 'nothing') return style.faint(sign);
  if (mark === 'not known' || mark === 'some requests') return style.doubtful(sign);
  return mark === 'none' ? sign : style.good(sign);
}

/** The signs of these marks with their meanings, one text each. */
export function describeMarks(
  marks: ReadonlySet<Mark>,
  meanings: Readonly<Record<Mark, string>>,
): readonly string[] {
  return (Object.keys(signs) as Mark[])
    .filter((mark) => marks.has(mark) && mark !== 'none')
    .map((mark) => `${signs[mark]} ${meanings[mark]}`);
}
