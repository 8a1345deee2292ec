import type { PeerAuthentication } from '../../model/index.ts';

/** True for a policy of certain pods; a selector without labels is none. */
export function selectsByLabels({ spec }: PeerAuthentication): boolean {
  return Object.keys(spec.selector?.matchLabels ?? {}).length > 0;
}
