import type { Resource } from '../../store/index.ts';
import { scalable } from '../verbs/scale.ts';

/** A subresource as discovery names it. */
export interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

const change = ['get', 'patch', 'update'] as const;

/** What a kind has besides itself. */
export function subresourcesOf(resource: Resource, version: string): readonly Subresource[] {
  const { group, kind, name, status } = resource;
  const own = { group, version, kind };
  return [
    ...(name === 'namespaces' ? [{ ...own, name: 'finalize', verbs: ['update'] }] : []),
    ...(name === 'pods' ? podSubresources : []),
    ...(scalable.has(name)
      ? [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: change }]
      : []),
    ...(status ? [{ ...own, name: 'status', verbs: change }] : []),
    ...(name === 'serviceaccounts'
      ? [
          {
            name: 'token',
            group: 'authentication.k8s.io',
            version: 'v1',
            kind: 'TokenRequest',
            verbs: ['create'],
          },
        ]
      : []),
  ];
}

const core = { group: '', version: 'v1' };
const podSubresources: readonly Subresource[] = [
  { ...core, name: 'attach', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
  { name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  { ...core, name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'] },
  { ...core, name: 'log', kind: 'Pod', verbs: ['get'] },
  { ...core, name: 'portforward', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
];
