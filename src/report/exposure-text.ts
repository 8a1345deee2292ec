import { count } from '../model/index.ts';
import { type ExposureItem, type MapEnd, type WorkloadEnd, widerShape } from '../reach/index.ts';
import type { ExposureView } from './exposure-view.ts';
import { describePeers, groupItems } from './exposure-words.ts';
import { wrapText } from './lines.ts';
import { nameEnds, nameTogether } from './map-names.ts';
import { groupOf } from './map-view.ts';
import { describePassages, formatPassageLine } from './passage-words.ts';
import { plainStyle, type Style } from './style.ts';

/** Paragraphs of each half that are written out. */
const mostParagraphs = 40;

/**
 * What workloads accept from anything that could exist, and what they may reach, as text for people; workloads that fare alike share a paragraph. What is left out
 * is said. Ends with a line break.
 */
export function formatExposureText(view: ExposureView, style: Style = plainStyle): string {
  const { exposure, receivers, senders } = view;
  const names = nameEnds(exposure.workloads);
  const groups = Map.groupBy<string, MapEnd>(exposure.workloads, groupOf);
  const name = (ends: readonly WorkloadEnd[]): string => nameTogether(ends, groups, (end) => names.get(end)!);
  const lines = (
    items: readonly ExposureItem[],
    front: string,
    to: (item: ExposureItem) => MapEnd,
  ): readonly string[] => {
    const words = (item: ExposureItem): string =>
      describePassages(item.passages, to(item)).map(formatPassageLine).join('\n') || 'nothing';
    return itemLines(items, words, front, exposure.outside.length, style);
  };
  const accepts = (end: WorkloadEnd, items: readonly ExposureItem[]): readonly string[] =>
    lines(items, 'from ', () => end);
  const reaches = (_: WorkloadEnd, items: readonly ExposureItem[]): readonly string[] =>
    lines(items, '', ({ peer }) => peer.end);
  const halves = [
    half(receivers, 'accept', exposure.accepts, accepts, name, style),
    half(senders, 'may reach', exposure.reaches, reaches, name, style),
  ];
  const remark = wrapText(
    'Told of pods and addresses that could exist, deployed or not. A narrower peer stands here only where it fares differently from a wider one.',
    '',
    '',
    style.width,
  ).map(style.faint);
  return `${[...halves.flat(), remark].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function half(
  ends: readonly WorkloadEnd[],
  verb: 'accept' | 'may reach',
  itemsOf: (end: WorkloadEnd) => readonly ExposureItem[],
  linesOf: (end: WorkloadEnd, items: readonly ExposureItem[]) => readonly string[],
  name: (ends: readonly WorkloadEnd[]) => string,
  style: Style,
): readonly (readonly string[])[] {
  const told = ends.map((end) => {
    const items = itemsOf(end);
    return { end, width: widthOf(items), text: linesOf(end, items).join('\n') };
  });
  const alike = [...Map.groupBy(told, ({ text }) => text)].sort(([, [a]], [, [b]]) => a!.width - b!.width);
  const paragraphs = alike.slice(0, mostParagraphs).map(([text, own]) => {
    const said = verb === 'accept' && own.length === 1 ? 'accepts' : verb;
    const title = `${name(own.map(({ end }) => end))} ${said}`;
    return [...wrapText(title, '', '    ', style.width).map(style.strong), text];
  });
  const left = alike.slice(mostParagraphs).flatMap(([, own]) => own).length;
  if (left === 0) return paragraphs;
  const rest = `and ${count(left, 'other workload')}: --in NAMESPACE shows those of one, -o csv lists all`;
  return [...paragraphs, wrapText(rest, '', '  ', style.width)];
}

/** What is open to the most comes first: to any pod, to addresses outside, to pods of some kind, to nobody. */
function widthOf(items: readonly ExposureItem[]): number {
  const open = items.filter(({ passages }) => passages.length > 0);
  if (open.some(({ peer }) => peer.kind === 'pods' && widerShape(peer.shape) === undefined)) return 0;
  if (open.some(({ peer }) => peer.kind === 'outside')) return 1;
  return open.length > 0 ? 2 : 3;
}

function itemLines(
  items: readonly ExposureItem[],
  words: (item: ExposureItem) => string,
  front: string,
  outside: number,
  style: Style,
): readonly string[] {
  if (items.length === 0) return ['  nothing'];
  return [...groupItems(items, words)].flatMap(([text, peers]) => [
    ...wrapText(describePeers(peers, outside), `  ${front}`, '    ', style.width),
    ...text.split('\n').flatMap((line) => wrapText(line, '      ', '        ', style.width)),
  ]);
}
