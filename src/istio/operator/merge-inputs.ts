import type { IstioVersion } from '../components/index.ts';
import { draftOf } from '../values/index.ts';
import { printed } from './go-text.ts';
import { profileBase } from './profiles.ts';
import { setPath, setSpecPath } from './set-path.ts';
import { OperatorStop } from './stop.ts';
import { cloneTree, isMap, mapAt, mergeFrom, type Tree, type TreeMap, textAt, valueAt } from './tree.ts';
import type { PlainOperator } from './types.ts';

/** Fields of `spec` that istioctl copies into the charts' values. */
const translations: readonly (readonly [field: string, value: string])[] = [
  ['hub', 'global.hub'],
  ['tag', 'global.tag'],
  ['revision', 'revision'],
  ['meshConfig', 'meshConfig'],
  ['compatibilityVersion', 'compatibilityVersion'],
];

/** The input put together: what the user says, and what istioctl makes of it. */
export interface MergedInput {
  /** The files and `--set`s alone. */
  readonly user: TreeMap;
  /** With the profile below and all that istioctl writes into the values. */
  readonly whole: TreeMap;
}

/**
 * Puts profile, files in their order and `--set`s in theirs together, then copies fields of `spec` into the values and the user's values over all of it.
 * What istioctl reads off a cluster (GKE) is not there.
 * Source: MergeInputs of operator/pkg/render.
 * @throws OperatorStop where istioctl refuses the input or panics over it
 */
export function mergeInputs(
  operators: readonly PlainOperator[],
  sets: readonly string[],
  version: IstioVersion,
): MergedInput {
  const user = draftOf({
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: {},
    spec: {},
  });
  for (const { content } of operators) {
    const file = draftOf(content);
    // A file with an empty spec is one that says nothing.
    if ((file.spec ?? null) === null) delete file.spec;
    mergeFrom(user, file);
  }
  for (const set of sets) setNamed(user, set, version);
  const before = draftOf(user);
  const values = mapAt(user, 'spec', 'values');
  const whole = profileBase(textAt(user, 'spec', 'profile'), version);
  mergeFrom(whole, user);
  translate(whole, version);
  if (values !== undefined) mergeFrom(whole, draftOf({ spec: { values: cloneTree(values) } }));
  return { user: before, whole };
}

function setNamed(user: TreeMap, set: string, version: IstioVersion): void {
  try {
    setSpecPath(user, set, version);
  } catch (error) {
    if (!(error instanceof OperatorStop)) throw error;
    throw new OperatorStop(error.panics ? error.message : `merge inputs: ${error.message}`, {
      code: 'PC3432',
      panics: error.panics,
      help: error.help,
      set,
    });
  }
}

/** Source: translateIstioOperatorToHelm. */
function translate(whole: TreeMap, version: IstioVersion): void {
  for (const [field, value] of translations) {
    const own = valueAt(whole, 'spec', field);
    if (own === undefined) continue;
    if (isMap(own)) mergeFrom(whole, valuesTree('meshConfig', cloneTree(own)));
    else setSpecPath(whole, `values.${value}=${printed(own)}`, version);
  }
  setPath(whole, ['spec', 'values', 'pilot', 'enabled'], enabled(whole, 'pilot'));
  setPath(whole, ['spec', 'values', 'pilot', 'cni', 'enabled'], enabled(whole, 'cni'));
  const namespace = textAt(whole, 'spec', 'values', 'global', 'istioNamespace');
  if (namespace !== '') setPath(whole, ['metadata', 'namespace'], namespace);
}

function valuesTree(name: string, value: Tree): TreeMap {
  const tree = draftOf({ spec: { values: {} } });
  mapAt(tree, 'spec', 'values')![name] = value;
  return tree;
}

function enabled(whole: TreeMap, component: string): boolean {
  return valueAt(whole, 'spec', 'components', component, 'enabled') === true;
}
