import { holdsEveryPort, holdsPort, mergePortRanges } from '../model/index.ts';
import type { MapEnd, Passage, ReachPair } from '../reach/index.ts';
import { declaredPorts, protocols } from './port-words.ts';
import type { Style } from './style.ts';

/** A pair in one word; `none` = there is no such pair. */
export type Mark =
  | 'every port'
  | 'some ports'
  | 'some requests'
  | 'other ports'
  | 'not known'
  | 'nothing'
  | 'none';

const signs: Readonly<Record<Mark, string>> = {
  'every port': '■',
  'some ports': '✓',
  'some requests': '◐',
  'other ports': '○',
  'not known': '?',
  nothing: '·',
  none: ' ',
};

/** What the signs say of pairs of ends. */
export const pairMeanings: Readonly<Record<Mark, string>> = {
  'every port': 'every port',
  'some ports': 'some ports',
  'some requests': 'on some ports only some requests',
  'other ports': 'only ports that nobody declares',
  'not known': 'not known, or not for all of it',
  nothing: 'nothing',
  none: '',
};

/** What they say of pairs of namespaces. */
export const groupMeanings: Readonly<Record<Mark, string>> = {
  'every port': 'all pairs, every port',
  'some ports': 'all pairs, some ports or requests',
  'some requests': 'some pairs',
  'other ports': 'only ports that nobody declares',
  'not known': 'some pairs not known',
  nothing: 'nothing',
  none: '',
};

/** A pair's mark; see `markOf`. */
export function markPair({ passages, destination }: ReachPair): Exclude<Mark, 'nothing' | 'none'> {
  return weigh(passages, destination);
}

/**
 * What comes through to a destination, in one word. Ports that containers or Services declare count most: without one of them nothing is expected to answer. At a port
 * that takes HTTP, bytes that are not HTTP don't count; anything that is not known makes the whole of it not known.
 */
export function markOf(passages: readonly Passage[] | undefined, destination: MapEnd): Mark {
  if (passages === undefined) return 'none';
  return passages.length === 0 ? 'nothing' : weigh(passages, destination);
}

const weighed = new WeakMap<readonly Passage[], Map<MapEnd, Exclude<Mark, 'nothing' | 'none'>>>();

/** Whole rows of a map have the same passages: each is weighed once for a destination. */
function weigh(passages: readonly Passage[], destination: MapEnd): Exclude<Mark, 'nothing' | 'none'> {
  const known = weighed.get(passages) ?? new Map<MapEnd, Exclude<Mark, 'nothing' | 'none'>>();
  weighed.set(passages, known);
  const mark = known.get(destination) ?? weighAnew(passages, destination);
  known.set(destination, mark);
  return mark;
}

function weighAnew(passages: readonly Passage[], destination: MapEnd): Exclude<Mark, 'nothing' | 'none'> {
  if (passages.some(isOpenEnded)) return 'not known';
  const telling = passages.filter((passage) => isDeclared(passage, destination));
  if (telling.length === 0) return 'other ports';
  if (telling.some(isConditional)) return 'some requests';
  if (passages.some(isConditional)) return 'some ports';
  const isEvery = protocols.every((protocol) =>
    holdsEveryPort(
      mergePortRanges(
        passages.filter((passage) => passage.protocol === protocol).flatMap(({ ports }) => ports),
      ),
    ),
  );
  return isEvery ? 'every port' : 'some ports';
}

/** Where nothing is declared, any port will do. */
function isDeclared({ protocol, ports }: Passage, destination: MapEnd): boolean {
  const declared = declaredPorts(destination);
  if (protocols.every((each) => (declared.get(each)?.size ?? 0) === 0)) return true;
  return [...(declared.get(protocol) ?? [])].some((port) => holdsPort(ports, port));
}

function isConditional({ http }: Passage): boolean {
  return http !== undefined && http.outcome !== 'allow';
}

function isOpenEnded({ bytes, http }: Passage): boolean {
  if (bytes === 'unknown' || http?.outcome === 'unknown') return true;
  return http?.outcome === 'depends' && http.unknown.length > 0;
}

/** The sign of a mark, coloured. */
export function paintMark(mark: Mark, style: Style): string {
  const sign = signs[mark];
  if (mark === 'nothing' || mark === 'other ports') return style.faint(sign);
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
