import { editDistance } from '../../manifest/index.ts';
import { type AuthorizationPolicy, describeObject, type Labels } from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { authorizationPolicies } from './policies.ts';
import { replaceValue } from './value-findings.ts';

const dryRun = 'istio.io/dry-run';

/** Annotations that look like the one for a dry run and are not: the policy is enforced. */
export const dryRunNames: LintRule = {
  codes: ['PC3288'],
  *check({ cluster }) {
    for (const policy of authorizationPolicies(cluster)) {
      const { annotations, labels } = policy.metadata;
      if (Object.hasOwn(annotations, dryRun)) continue;
      for (const [key, value] of Object.entries(annotations)) {
        if (value !== 'false' && looksLike(key)) yield misspelt(policy, annotations, key);
      }
      if (Object.hasOwn(labels, dryRun)) yield misplaced(policy);
    }
  },
};

/** Without its punctuation and prefix, or with a slip of the pen. */
function looksLike(key: string): boolean {
  const name = key
    .slice(key.indexOf('/') + 1)
    .toLowerCase()
    .replace(/[^a-z]/g, '');
  const ofIstio = key.includes('istio') || !key.includes('/');
  return ofIstio && (name === 'dryrun' || editDistance(key.toLowerCase(), dryRun) <= 2);
}

function misspelt(policy: AuthorizationPolicy, annotations: Labels, key: string): Finding {
  const path = ['metadata', 'annotations', key];
  const fix = replaceValue(policy, path, key, dryRun);
  return {
    code: 'PC3288',
    severity: 'warning',
    message: `${describeObject(policy)}: annotation ${key} (${JSON.stringify(annotations[key])}) means nothing, so the policy is enforced`,
    object: policy,
    path,
    help: `Write ${dryRun}.`,
    proof: {
      kind: 'never decides',
      reason: `Istio reads the annotation ${dryRun} and no other for a dry run`,
    },
    ...(fix !== undefined && { fix }),
  };
}

function misplaced(policy: AuthorizationPolicy): Finding {
  return {
    code: 'PC3288',
    severity: 'warning',
    message: `${describeObject(policy)}: ${dryRun} is a label here, so the policy is enforced`,
    object: policy,
    path: ['metadata', 'labels', dryRun],
    help: 'Write it under annotations.',
    proof: {
      kind: 'never decides',
      reason: `Istio reads ${dryRun} from the annotations, not from the labels`,
    },
  };
}
