import type { Compared, ConnectionKind } from '../istio/tight/index.ts';
import { count, holdsEveryPort, listNames, listWords, type Protocol } from '../model/index.ts';
import { stepToJson } from './json.ts';
import { type JsonValue, reportVersion } from './json-value.ts';
import { wrapText } from './lines.ts';
import { describePorts, type PortShare } from './port-words.ts';
import { plainStyle, type Style } from './style.ts';
import { describeQuestion, describeReason } from './vocabulary.ts';

/** What a comparison comes to, in a sentence or two. */
export function summarizeLess({
  less: all,
  more,
  unknown,
  further,
  madeUp,
  hasOwn,
}: Compared): readonly string[] {
  const lets = (kinds: readonly ConnectionKind[]): string =>
    listWords(
      (['in', 'out'] as const)
        .map((direction) => [direction, kinds.filter((kind) => kind.direction === direction).length] as const)
        .filter(([, number]) => number > 0)
        .map(
          ([direction, number], i) =>
            `${direction} ${i === 0 ? `${count(number, 'kind')} of connection` : number}`,
        ),
    );
  const less = all.filter(({ of }) => of === 'component');
  const beyond = all.filter(({ of }) => of === 'target');
  return [
    ...(all.length === 0 && !hasOwn ? ['These close nothing.'] : []),
    ...(less.length === 0 && hasOwn ? ["Istio's own policies let nothing through that these do not."] : []),
    ...(less.length > 0 && hasOwn ? [`Istio's own policies let ${lets(less)} that these do not.`] : []),
    ...(less.length > 0 && !hasOwn
      ? [`Istio has no policy of its own here; these close ${lets(less)}.`]
      : []),
    ...(beyond.length > 0
      ? [`For ${listWords(subjectKinds(beyond))} Istio has none; these close ${lets(beyond)}.`]
      : []),
    ...(more.length === 0 ? [] : [`These let ${lets(more)} that Istio's own do not.`]),
    ...(unknown.length === 0
      ? []
      : [
          `Whether ${count(unknown.length, 'kind')} of connection change is not known: without these policies or with them, nobody can tell whether they pass.`,
        ]),
    ...(further === 0 ? [] : [`${count(further, 'further pair')} change and are not listed.`]),
    ...(madeUp
      ? [
          'No cluster was given: this is an installation of these components alone, with one pod outside the mesh.',
        ]
      : []),
  ];
}

/** Kinds of targets that are told of: `waypoints`, `namespaces`. */
function subjectKinds(kinds: readonly ConnectionKind[]): readonly string[] {
  return [...new Set(kinds.map(({ subject }) => `${subject.split(' ')[0]}s`))];
}

/** The comparison as text for people: for each component, what is closed now, to whom, with a request that shows it. Ends with a line break. */
export function formatLessText(compared: Compared, style: Style = plainStyle): string {
  const blocks = [
    summarizeLess(compared).flatMap((line) => wrapText(line, '', '', style.width).map(style.strong)),
    ...sections(compared.less, 'closed', style),
    ...sections(compared.more, 'opened', style),
    ...sections(compared.unknown, 'not known', style),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function sections(
  kinds: readonly ConnectionKind[],
  what: string,
  style: Style,
): readonly (readonly string[])[] {
  return [...Map.groupBy(kinds, ({ subject }) => subject)].map(([subject, own]) => [
    style.strong(`${subject}: ${what}`),
    ...own.flatMap((kind) => kindLines(kind, style)),
  ]);
}

/** So many ends are named. */
const mostOthers = 4;

function kindLines(
  { of, direction, ports, others, witness }: ConnectionKind,
  style: Style,
): readonly string[] {
  // Istio has none for namespaces, waypoints and gateways of the Gateway API.
  const earlier = of === 'component' ? "      Istio's own  " : '      without it   ';

  const who = `${direction === 'in' ? 'from' : 'to'} ${listNames(others, mostOthers)}`;
  const { before, after } = witness;
  return [
    ...wrapText(`${direction.padEnd(3)} ${portsInWords(ports)} ${who}`, '  ', '      ', style.width),
    ...wrapText(describeQuestion(after.request), '      e.g. ', '        ', style.width),
    ...wrapText(
      `${before.verdict.outcome}: ${describeReason(before.verdict.decidedBy)}`,
      earlier,
      ' '.repeat(19),
      style.width,
    ),
    ...wrapText(
      `${after.verdict.outcome}: ${describeReason(after.verdict.decidedBy)}`,
      '      these        ',
      ' '.repeat(19),
      style.width,
    ),
  ];
}

/** So many ranges are written out. */
const mostRanges = 10;

function portsInWords(ports: ConnectionKind['ports']): string {
  const shares = ports.map(({ protocol, ranges }): [Protocol, PortShare] => [
    protocol,
    { ranges, isRest: holdsEveryPort(ranges) },
  ]);
  const named = ports.map(({ protocol, ranges }): [Protocol, ReadonlySet<number>] => [
    protocol,
    new Set(ranges.length <= mostRanges ? ranges.map(({ first }) => first) : []),
  ]);
  return describePorts(new Map(shares), new Map(named));
}

/** The comparison as the document `TightComparison`. */
export function lessToJson(compared: Compared): JsonValue {
  const { less, more, unknown, further, madeUp } = compared;
  return {
    apiVersion: reportVersion,
    kind: 'TightComparison',
    text: summarizeLess(compared),
    madeUp,
    less: less.map(kindToJson),
    more: more.map(kindToJson),
    unknown: unknown.map(kindToJson),
    further,
  };
}

function kindToJson({ subject, direction, ports, others, witness }: ConnectionKind): JsonValue {
  const { before, after } = witness;
  return {
    subject,
    direction,
    ports: ports.map(({ protocol, ranges }) => ({
      protocol,
      ranges: ranges.map(({ first, last }) => [first, last]),
    })),
    others,
    witness: {
      request: after.request as unknown as JsonValue,
      own: { outcome: before.verdict.outcome, because: stepToJson(before.verdict.decidedBy, true) },
      tight: { outcome: after.verdict.outcome, because: stepToJson(after.verdict.decidedBy, true) },
    },
  };
}
