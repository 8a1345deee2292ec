import type { Cluster } from '../cluster/index.ts';
import type { ModelObject, Request, Verdict } from '../model/index.ts';
import { mapReach, type ReachMap } from '../reach/index.ts';
import { decide } from '../verdict/index.ts';
import { checkWords } from './command.ts';
import { podMakers } from './pod-makers.ts';
import type { Witness } from './types.ts';

/** What a rule may ask. Rules keep indexes of their own in a WeakMap by `cluster`. */
export interface LintContext {
  readonly cluster: Cluster;
  /** All objects that were read, in the order of the texts; also those that the cluster does not keep as they are. */
  readonly objects: readonly ModelObject[];
  /** Kinds among the manifests that are not read and may make pods: what is not there now may come from them. */
  readonly podMakers: readonly string[];
  /** The verdict of the cluster as given; remembered. Throws UnknownNameError. */
  decide(request: Request): Verdict;
  /** A witness with the outcome that `decide` gives. */
  witness(request: Request, shows?: string): Witness;
  /** Who reaches whom, all layers; worked out when first asked for. */
  map(): ReachMap;
}

/** Makes the context of one run. */
export function createContext(
  cluster: Cluster,
  objects: readonly ModelObject[],
  unread: ReadonlyMap<string, number> = new Map(),
): LintContext {
  const verdicts = new Map<string, Verdict>();
  let map: ReachMap | undefined;
  const ask = (request: Request): Verdict => {
    const key = JSON.stringify(request);
    let verdict = verdicts.get(key);
    if (verdict === undefined) {
      verdict = decide(cluster, request);
      verdicts.set(key, verdict);
    }
    return verdict;
  };
  return {
    cluster,
    objects,
    podMakers: podMakers(unread),
    decide: ask,
    witness: (request, shows) => {
      const words = checkWords(cluster, request);
      return {
        request,
        outcome: ask(request).outcome,
        ...(shows !== undefined && { shows }),
        ...(words !== undefined && { words }),
      };
    },
    map: () => {
      map ??= mapReach(cluster);
      return map;
    },
  };
}
