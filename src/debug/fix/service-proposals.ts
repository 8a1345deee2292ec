import { podsOf } from '../../cluster/index.ts';
import { labelOf, type Reason, type Service } from '../../model/index.ts';
import type { Denial } from './denial.ts';
import { oneEdit, type Proposal } from './proposal.ts';

/** What may help where a Service leads nowhere, if it is plain what was meant: the one workload that its selector misses by one label, the one port that its pods declare. */
export function serviceProposals(
  denial: Denial,
  { service, why }: Extract<Reason, { kind: 'no endpoint' }>,
): readonly Proposal[] {
  if (why === 'no pod matches the selector') return mendSelector(denial, service as Service);
  if (why === 'no pod declares the port name') return mendPort(denial, service as Service);
  return [];
}

function mendSelector({ cluster }: Denial, service: Service): readonly Proposal[] {
  const { selector = {} } = service.spec;
  const near = new Map<string, { readonly key: string; readonly value: string }>();
  for (const pod of cluster.pods.values()) {
    if (pod.namespace !== service.metadata.namespace) continue;
    const missed = Object.entries(selector).filter(([key, value]) => labelOf(pod.labels, key) !== value);
    const [only, second] = missed;
    const value = only === undefined ? undefined : labelOf(pod.labels, only[0]);
    if (second === undefined && value !== undefined)
      near.set(`${only![0]} ${value}`, { key: only![0], value });
  }
  const [found, other] = [...near.values()];
  if (found === undefined || other !== undefined) return [];
  const edit = { op: 'set', path: ['spec', 'selector', found.key], value: found.value } as const;
  return [oneEdit('set field', service, edit, found.value)];
}

function mendPort({ cluster, request }: Denial, service: Service): readonly Proposal[] {
  const { namespace, name } = service.metadata;
  const index = service.spec.ports.findIndex(
    ({ port, name: called, protocol }) =>
      protocol === request.protocol && (port === request.port || called === request.port),
  );
  const declared = new Set(
    podsOf(cluster, namespace, name).flatMap(({ ports }) =>
      ports.filter(({ protocol }) => protocol === request.protocol).map(({ containerPort }) => containerPort),
    ),
  );
  const [only, other] = declared;
  if (index < 0 || only === undefined || other !== undefined) return [];
  const edit = { op: 'set', path: ['spec', 'ports', index, 'targetPort'], value: only } as const;
  return [oneEdit('set field', service, edit, only)];
}
