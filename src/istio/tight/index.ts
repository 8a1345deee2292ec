export { type Compared, type CompareInput, compareWithOwn } from './compare.ts';
export { impliedIstiod } from './context.ts';
export { componentsFound } from './found.ts';
export { markHostPods } from './host-pods.ts';
export type { ConnectionKind, LetsInLess, TwoClusters } from './lets-in-less.ts';
export { markPlanes } from './planes.ts';
export { egressRule, ingressRule, type PolicyObject, policyObject } from './policy-object.ts';
export { overrideSeen, type SeenSurroundings, surroundingsFrom } from './surroundings-from.ts';
export { type KnownSurroundings, surroundingsOf } from './surroundings-of.ts';
export {
  isTargetThere,
  otherKind,
  parseTarget,
  type TargetFault,
  type TargetName,
  targetNamed,
  targetNamesIn,
} from './target-text.ts';
export { targetsFrom } from './targets-from.ts';
export { type Tight, tightPolicies } from './tight.ts';
export type * from './types.ts';
