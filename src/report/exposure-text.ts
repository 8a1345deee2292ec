import type { ExposureItem, MapEnd, WorkloadEnd } from '../reach/index.ts';
import type { ExposureView } from './exposure-view.ts';
import { describePeers, groupItems } from './exposure-words.ts';
import { count, wrapText } from './lines.ts';
import { nameEnds } from './map-names.ts';
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
  const halves = [
    half(receivers, 'accept', (end) => acceptLines(end, view, style), names, style),
    half(senders, 'may reach', (end) => reachLines(end, view, style), names, style),
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
  linesOf: (end: WorkloadEnd) => readonly string[],
  names: ReadonlyMap<MapEnd, string>,
  style: Style,
): readonly (readonly string[])[] {
  const alike = Map.groupBy(ends, (end) => linesOf(end).join('\n'));
  const paragraphs = [...alike].slice(0, mostParagraphs).map(([text, own]) => {
    const said = verb === 'accept' && own.length === 1 ? 'accepts' : verb;
    const title = wrapText(`${own.map((end) => names.get(end)).join(', ')} ${said}`, '', '    ', style.width);
    return [...title.map(style.strong), text];
  });
  const left = [...alike.values()].slice(mostParagraphs).flat().length;
  if (left === 0) return paragraphs;
  const rest = `and ${count(left, 'other workload')}: --in NAMESPACE shows those of one, -o csv lists all`;
  return [...paragraphs, wrapText(rest, '', '  ', style.width)];
}

function acceptLines(end: WorkloadEnd, { exposure }: ExposureView, style: Style): readonly string[] {
  const items = exposure.accepts(end);
  const words = ({ passages }: ExposureItem): string =>
    describePassages(passages, end).map(formatPassageLine).join('\n') || 'nothing';
  return itemLines(items, words, 'from ', exposure.outside.length, style);
}

function reachLines(end: WorkloadEnd, { exposure }: ExposureView, style: Style): readonly string[] {
  const items = exposure.reaches(end);
  const words = ({ peer, passages }: ExposureItem): string =>
    describePassages(passages, peer.end).map(formatPassageLine).join('\n') || 'nothing';
  return itemLines(items, words, '', exposure.outside.length, style);
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
