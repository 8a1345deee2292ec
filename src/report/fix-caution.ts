import type { Finding } from '../debug/index.ts';
import { policyWords } from './debug-words.ts';

/** What to mind before a fix is made: that the policy which the log names is not in the manifests, and no edit of them changes it. */
export function fixCaution({ cause }: Finding): string | undefined {
  if (cause.kind !== 'denied' || cause.agreement.kind !== 'absent') return undefined;
  const { policy } = cause.agreement;
  // What any NetworkPolicy allows is allowed; all others deny on their own.
  const then =
    policy.kind === 'NetworkPolicy'
      ? 'they are not what the cluster has'
      : 'in the cluster it would still deny this';
  return `the log names ${policyWords(policy)}, which is not in the manifests, and ${then}: a fix is verified for the manifests alone`;
}
