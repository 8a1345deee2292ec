import { describeObject } from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import { selectsByLabels } from './peer-levels.ts';

/** A PeerAuthentication of the root namespace is for the mesh: one with a selector is admitted and then left out. */
export const rootSelectors: LintRule = {
  codes: ['PC3210'],
  *check({ cluster }) {
    const { rootNamespace } = cluster.mesh;
    for (const policy of cluster.policies.peerAuthentication.get(rootNamespace) ?? []) {
      if (!selectsByLabels(policy)) continue;
      yield {
        code: 'PC3210',
        severity: 'warning',
        message: `${describeObject(policy)}: a selector in the root namespace makes it count nowhere`,
        object: policy,
        path: ['spec', 'selector'],
        help: 'Move it to the namespace of the pods, or drop the selector if it is meant for the whole mesh.',
        proof: {
          kind: 'never decides',
          reason: `PeerAuthentications of ${rootNamespace} decide for the whole mesh, and only those without a selector do`,
        },
      };
    }
  },
};
