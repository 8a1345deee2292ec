import { mapReach, type ReachMap, updateReach } from '../../reach/index.ts';
import { breadthOf } from './breadth.ts';
import { type Fate, fateOf } from './denial.ts';
import { editsBetween } from './file-edits.ts';
import { type Around, type Openness, opennessFor, requestsAround } from './glance.ts';
import { propose } from './propose.ts';
import { applyProposal, type State } from './state.ts';
import type { Advice, Fix, FixInput, FixSearch, FixSource, NoFix, Widening } from './types.ts';
import { type Effects, effectsOf } from './widening.ts';

/** A request has to get through so many denials at most. */
const deepest = 8;
/** So many ways are followed from one denial to the next. */
const widest = 8;
/** Of so many ways through it is worked out all that they open. */
const mostMeasured = 8;
/** Of so many at most, where the first ones shut out somebody else. */
const mostTried = 24;
const usualLimit = 5;

/**
 * Finds the smallest edits that let a request through. Each layer that denies is asked what might help; what does not change its verdict is dropped, and where another layer denies
 * then, it is asked in turn. Every fix has been read back from the edited texts and allows the request; fixes that open least come first.
 */
export function findFixes(input: FixInput): FixSearch {
  const { request, sources, limit = usualLimit } = input;
  const { cluster } = input.read(sources);
  const start: State = { sources, cluster, actions: [], moves: [] };
  const fate = fateOf(cluster, request);
  if (fate.kind === 'allowed') return noFix({ kind: 'already allowed' });
  if (fate.kind === 'not known') return noFix({ kind: 'not known', step: fate.step });
  const around = requestsAround(cluster, request);
  const found = follow(input, start, fate, around);
  const advice = uniqueAdvice(found.advice);
  const before = mapReach(cluster);
  const measured: Measured[] = [];
  for (const { state, ...size } of byPromise(found.through).slice(0, mostTried)) {
    if (measured.length >= Math.max(mostMeasured, limit)) break;
    const effects = effectsOf(before, updateReach(before, state.cluster), request);
    // What shuts out somebody else mends nothing.
    if (effects.newlyDenied.length === 0) measured.push({ state, widening: wideningOf(effects, size) });
  }
  measured.sort((a, b) => compare(a.widening, b.widening));
  const fixes: Fix[] = [];
  for (const { state, widening } of measured) {
    if (fixes.length >= limit) break;
    const fix = verify(input, before, state, widening);
    if (fix !== undefined) fixes.push(fix);
  }
  if (fixes.length > 0) return { kind: 'fixes', fixes, advice };
  const why = found.blocked ?? { kind: 'nothing found', step: fate.denial.step, tried: found.tried };
  return { kind: 'no fix', why, advice };
}

interface Measured {
  readonly state: State;
  readonly widening: Widening;
}

/** Ways through, those first that seem to open least. */
function byPromise(ways: readonly Way[]): readonly (Way & Size)[] {
  return ways
    .map((way) => ({ ...way, ...sizeOf(way.state) }))
    .toSorted(
      (a, b) =>
        a.opens.allowed - b.opens.allowed || a.edits - b.edits || a.breadth - b.breadth || a.text - b.text,
    );
}

function noFix(why: NoFix): FixSearch {
  return { kind: 'no fix', why, advice: [] };
}

interface Followed {
  readonly through: readonly Way[];
  readonly blocked: NoFix | undefined;
  readonly advice: readonly Advice[];
  readonly tried: number;
}

/** Edits that have been made, and how far they open. */
interface Way {
  readonly state: State;
  readonly opens: Openness;
}

type Denied = Extract<Fate, { kind: 'denied' }>;

/** Goes from denial to denial until the request gets through. */
function follow(input: FixInput, start: State, fate: Denied, around: Around): Followed {
  const through: Way[] = [];
  const advice: Advice[] = [];
  let blocked: NoFix | undefined;
  let unsure: NoFix | undefined;
  let tried = 0;
  const seen = new Set<string>();
  let level: (Way & { readonly fate: Denied })[] = [
    { state: start, fate, opens: { allowed: 0, denials: 0 } },
  ];
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const next: typeof level = [];
    for (const each of level) {
      const { denial } = each.fate;
      const proposed = propose(denial);
      advice.push(...proposed.advice);
      blocked ??= proposed.blocked;
      for (const proposal of proposed.proposals) {
        tried++;
        const state = applyProposal(input, each.state, proposal);
        if (state === undefined) continue;
        const key = textsThatDiffer(input.sources, state.sources);
        if (seen.has(key)) continue;
        seen.add(key);
        const after = fateOf(state.cluster, input.request);
        if (after.kind === 'not known') {
          unsure ??= { kind: 'not known', step: after.step };
          continue;
        }
        const opens = opennessFor(state.cluster, around);
        if (after.kind === 'allowed') through.push({ state, opens });
        else if (after.kind === 'denied' && keyOf(after) !== keyOf(each.fate))
          next.push({ state, fate: after, opens });
      }
    }
    // What denies still more around the request opens less.
    level = next
      .toSorted((a, b) => b.opens.denials - a.opens.denials || textOf(a) - textOf(b))
      .slice(0, widest);
  }
  return { through, blocked: blocked ?? unsure, advice, tried };
}

/** Equal for equal edits of the texts. */
function textsThatDiffer(before: readonly FixSource[], after: readonly FixSource[]): string {
  return after
    .filter(({ text }, i) => before[i]?.text !== text)
    .map(({ name, text }) => `${name}\0${text}`)
    .join('\0');
}

/** Equal for denials that are the same: one layer at one place, by one rule. */
function keyOf({ denial: { step, request } }: Denied): string {
  const { layer, at, filter, because } = step;
  const rule = because.kind === 'matched rule' ? [because.rule.policy.metadata.name, because.rule.path] : [];
  return JSON.stringify([layer, at, filter, because.kind, rule, request.destination]);
}

/** What can be said of edits without asking what they open. */
type Size = Pick<Widening, 'edits' | 'breadth' | 'text'>;

function wideningOf(effects: Effects, { edits, breadth, text }: Size): Widening {
  const { pairs, ports, portsElsewhere, http } = effects;
  return { pairs, ports, portsElsewhere, edits, http, breadth, text };
}

const fields: readonly (keyof Widening)[] = [
  'pairs',
  'ports',
  'portsElsewhere',
  'edits',
  'http',
  'breadth',
  'text',
];

function compare(a: Widening, b: Widening): number {
  for (const field of fields) if (a[field] !== b[field]) return a[field] - b[field];
  return 0;
}

/** Reads the edited texts as a whole, asks again, and works out once more what the fix opens; undefined where it turns out not to be one. */
function verify(input: FixInput, before: ReachMap, state: State, planned: Widening): Fix | undefined {
  const { request } = input;
  const { cluster } = input.read(state.sources);
  if (fateOf(cluster, request).kind !== 'allowed') return undefined;
  const effects = effectsOf(before, mapReach(cluster), request);
  const { newlyAllowed, asked, newlyDenied, furtherPairs, diff } = effects;
  if (diff.objects.length > state.actions.length || newlyDenied.length > 0) return undefined;
  const edits = editsBetween(input.sources, state.sources);
  return {
    actions: state.actions,
    edits,
    newlyAllowed,
    asked,
    newlyDenied,
    furtherPairs,
    widening: wideningOf(effects, planned),
    diff,
    editable: edits.every(({ editable }) => editable),
  };
}

function sizeOf({ actions, moves, cluster }: State): Size {
  return {
    edits: actions.length,
    breadth: breadthOf(actions, cluster),
    text: moves.reduce((sum, { by }) => sum + Math.abs(by), 0),
  };
}

function textOf({ state }: Way): number {
  return sizeOf(state).text;
}

function uniqueAdvice(advice: readonly Advice[]): readonly Advice[] {
  return [...new Map(advice.map((each) => [JSON.stringify({ ...each, rule: undefined }), each])).values()];
}
