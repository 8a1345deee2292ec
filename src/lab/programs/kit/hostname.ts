import type { Pod } from '../../store/index.ts';

/** What `hostname` says in a pod: its own name, or the node's where it is in the node's network. */
export function hostnameOf({ metadata, spec }: Pod): string {
  if (spec.hostNetwork === true && spec.nodeName !== undefined) return spec.nodeName;
  return spec.hostname ?? metadata.name;
}
