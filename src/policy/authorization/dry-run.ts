import { type KindedObject, labelOf } from '../../model/index.ts';

const trueTexts: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** True where the annotation `istio.io/dry-run` is a text that Go's ParseBool reads as true; any other text leaves the policy enforced. */
export function isDryRun(policy: Pick<KindedObject, 'metadata'>): boolean {
  return trueTexts.has(labelOf(policy.metadata.annotations, 'istio.io/dry-run') ?? '');
}
