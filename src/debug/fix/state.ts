import { type Cluster, replacePolicy } from '../../cluster/index.ts';
import type {
  AdminTierPolicy,
  AuthorizationPolicy,
  KindedObject,
  NetworkPolicy,
  Source,
} from '../../model/index.ts';
import { type EditedText, editText } from './patch/edit-text.ts';
import { addObject, newFile } from './patch/new-object.ts';
import type { PlainObject, Proposal } from './proposal.ts';
import type { FixAction, FixInput, FixSource } from './types.ts';

/** Texts with some edits made, and the cluster that they describe. */
export interface State {
  readonly sources: readonly FixSource[];
  readonly cluster: Cluster;
  readonly actions: readonly FixAction[];
  readonly moves: readonly Move[];
}

/** What stood behind `at` of a text has been moved. */
interface Move {
  readonly source: string;
  readonly at: number;
  readonly by: number;
}

/** How many moves had been made when an object was read; its offsets know of those. */
const readAfter = new WeakMap<KindedObject, number>();

/** Makes the edits of a proposal; undefined where the text can't be edited so, or says nothing that the API server would take. */
export function applyProposal(input: FixInput, state: State, proposal: Proposal): State | undefined {
  return proposal.kind === 'edit'
    ? applyEdits(input, state, proposal)
    : applyNew(input, state, proposal.value, proposal.beside);
}

function applyEdits(
  input: FixInput,
  state: State,
  { object, edits, actions }: Extract<Proposal, { kind: 'edit' }>,
): State | undefined {
  const source = sourceOf(state, object);
  if (source === undefined) return undefined;
  const edited = editText(source.text, placeOf(state, object), edits);
  if ('refused' in edited) return undefined;
  return withText(input, state, source, edited, object, actions);
}

function applyNew(
  input: FixInput,
  state: State,
  value: PlainObject,
  beside: KindedObject,
): State | undefined {
  const source = sourceOf(state, beside);
  if (source === undefined) return undefined;
  const edited = addObject(source.text, placeOf(state, beside), value);
  const head = headOf(value);
  const actionsFor = (object: KindedObject): readonly FixAction[] => [
    { kind: 'add policy', object, value, beside },
  ];
  if (!('refused' in edited)) return withText(input, state, source, edited, undefined, actionsFor, head);
  if (edited.refused !== 'shape') return undefined;
  const file = {
    ...source,
    name: nameBeside(source.name, head.name, state.sources),
    text: '',
  };
  const next = { ...state, sources: [...state.sources, file] };
  const text = newFile(value);
  const whole = { text, start: 0, end: text.length, at: 0 };
  return withText(input, next, file, whole, undefined, actionsFor, head);
}

function nameBeside(source: string, name: string, sources: readonly Source[]): string {
  const folder = source.slice(0, source.lastIndexOf('/') + 1);
  for (let i = 1; ; i++) {
    const found = `${folder}${name}${i === 1 ? '' : `-${i}`}.json`;
    if (sources.every((each) => each.name !== found)) return found;
  }
}

interface Head {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

function headOf(value: PlainObject): Head {
  const { name, namespace = '' } = value.metadata as { readonly name: string; readonly namespace?: string };
  return { kind: value.kind as string, namespace, name };
}

function withText(
  input: FixInput,
  state: State,
  source: FixSource,
  edited: EditedText,
  before: KindedObject | undefined,
  actions: readonly FixAction[] | ((object: KindedObject) => readonly FixAction[]),
  head: Head = { kind: before!.kind, ...before!.metadata },
): State | undefined {
  const { text, start, end, at } = edited;
  const { manifests } = input.read([{ name: source.name, text: padded(text, start, end) }]);
  const isIt = ({ kind, metadata }: KindedObject): boolean =>
    kind === head.kind && metadata.namespace === head.namespace && metadata.name === head.name;
  const object = manifests.objects.find(isIt);
  if (object === undefined) return undefined;
  const moves = [...state.moves, { source: source.name, at, by: text.length - source.text.length }];
  readAfter.set(object, moves.length);
  const sources = state.sources.map((each) => (each.name === source.name ? { ...each, text } : each));
  const own = typeof actions === 'function' ? actions(object) : actions;
  const cluster = isReplaceable(object)
    ? replacePolicy(state.cluster, before as typeof object | undefined, object)
    : rereadAll(input, sources, moves.length);
  return { sources, cluster, actions: [...state.actions, ...own], moves };
}

/** The cluster of all texts; where objects stand is known from there on. */
function rereadAll(input: FixInput, sources: readonly FixSource[], moves: number): Cluster {
  const { manifests, cluster } = input.read(sources);
  for (const object of manifests.objects) readAfter.set(object, moves);
  return cluster;
}

/** One document of a text, at its place. */
function padded(text: string, start: number, end: number): string {
  return start === 0 ? text.slice(0, end) : `${'#'.repeat(start - 1)}\n${text.slice(start, end)}`;
}

type Replaceable = NetworkPolicy | AuthorizationPolicy | AdminTierPolicy;

function isReplaceable(object: KindedObject): object is Replaceable {
  return [
    'NetworkPolicy',
    'AuthorizationPolicy',
    'AdminNetworkPolicy',
    'BaselineAdminNetworkPolicy',
    'ClusterNetworkPolicy',
  ].includes(object.kind);
}

function sourceOf(state: State, { origin }: KindedObject): FixSource | undefined {
  return state.sources.find(({ name }) => name === origin.source.name);
}

/** Where an object starts in the text as it is now. */
function placeOf({ moves }: State, object: KindedObject): number {
  let start = object.origin.start;
  for (const { source, at, by } of moves.slice(readAfter.get(object) ?? 0)) {
    if (source === object.origin.source.name && start > at) start += by;
  }
  return start;
}
