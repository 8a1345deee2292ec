import { count, describeObject, hasLabels, listNames, listWords } from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import { selectsByLabels } from './peer-levels.ts';
import { podGroups } from './pod-groups.ts';
import { portsKnown, servicePortsLeadingTo } from './pod-ports.ts';
import { peerAuthentications } from './policies.ts';

/** `portLevelMtls` for a port that no selected pod listens on, the port of the Service above all. */
export const peerPorts: LintRule = {
  codes: ['PC3267'],
  *check({ cluster }) {
    for (const policy of peerAuthentications(cluster)) {
      if (policy.spec.portLevel.size === 0 || !selectsByLabels(policy)) continue;
      const { namespace } = policy.metadata;
      if (namespace === cluster.mesh.rootNamespace) continue;
      const wanted = policy.spec.selector!.matchLabels;
      const groups = podGroups(cluster).filter(
        ({ pod }) => pod.namespace === namespace && hasLabels(pod.labels, wanted),
      );
      const known = groups.map(({ pod }) => portsKnown(pod));
      if (groups.length === 0 || known.some((ports) => ports.size === 0)) continue;
      for (const port of policy.spec.portLevel.keys()) {
        if (known.some((ports) => ports.has(port))) continue;
        const targets = [...new Set(groups.flatMap(({ pod }) => servicePortsLeadingTo(pod, port)))];
        const listening = [...new Set(known.flatMap((ports) => [...ports]))].sort((a, b) => a - b);
        yield {
          code: 'PC3267',
          severity: 'warning',
          message: `${describeObject(policy)}: no pod that it selects listens on port ${port}`,
          object: policy,
          path: ['spec', 'portLevelMtls', `${port}`],
          help:
            targets.length > 0
              ? `${port} is the port of the Service. Write the port of the pod: ${listWords(targets.map(String))}.`
              : `Write a port of the pods: ${listWords(listening.map(String))}.`,
          proof: {
            kind: 'never matches',
            reason: `${listNames(groups.map(({ label }) => label))} listen${groups.length === 1 ? 's' : ''} on ${count(listening.length, 'port')} (${listWords(listening.map(String))}), not on ${port}`,
          },
        };
      }
    }
  },
};
