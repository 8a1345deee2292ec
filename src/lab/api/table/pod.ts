import type { Pod } from '../../store/index.ts';
import { ageColumn, column, nameColumn, type Printer, wide } from './columns.ts';
import { age } from './duration.ts';
import { summarizePod } from './pod-status.ts';

export const podPrinter: Printer<Pod> = {
  columns: [
    nameColumn,
    column('Ready', 'string', 'The aggregate readiness state of this pod for accepting traffic.'),
    column('Status', 'string', 'The aggregate status of the containers in this pod.'),
    column(
      'Restarts',
      'string',
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    ),
    ageColumn,
    wide('IP'),
    wide('Node'),
    wide('Nominated Node'),
    wide('Readiness Gates'),
  ],
  cells(pod) {
    const { ready, containers, reason, restarts, lastRestart } = summarizePod(pod);
    const { metadata, spec, status } = pod;
    return [
      metadata.name,
      `${ready}/${containers}`,
      reason,
      restarts > 0 && lastRestart !== undefined ? `${restarts} (${age(lastRestart)} ago)` : String(restarts),
      age(metadata.creationTimestamp),
      status?.podIPs?.[0]?.ip || '<none>',
      spec.nodeName || '<none>',
      String(status?.nominatedNodeName || '<none>'),
      readinessGates(pod),
    ];
  },
  conditions({ status }) {
    if (status?.phase === 'Succeeded') return [completed('Succeeded', 'The pod has completed successfully.')];
    return status?.phase === 'Failed' ? [completed('Failed', 'The pod failed.')] : undefined;
  },
};

function completed(reason: string, message: string): object {
  return { type: 'Completed', status: 'True', reason, message };
}

function readinessGates({ spec, status }: Pod): string {
  const gates = (spec.readinessGates ?? []) as readonly { readonly conditionType: string }[];
  if (gates.length === 0) return '<none>';
  const met = gates.filter(({ conditionType }) =>
    status.conditions?.some(({ type, status: value }) => type === conditionType && value === 'True'),
  );
  return `${met.length}/${gates.length}`;
}
