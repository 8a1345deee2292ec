import { sameValue } from '../store/index.ts';
import type { PodTemplate } from './types.ts';

export const hashLabel = 'pod-template-hash';

/** Kubernetes' alphabet for what it makes up (apimachinery's SafeEncodeString). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * A name for a template: FNV-1a of its content with fields in order of their names, written as Kubernetes writes its hashes (`7d4b9c6f5d`). The number itself is not the one that a cluster
 * comes to: there it is taken over Go's own print of the structure.
 */
export function templateHash(template: unknown, collisions?: number): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(canonical(template) + (collisions ?? ''))) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return encode(hash);
}

/** The decimal digits of a number, each in a letter that makes no words. */
function encode(hash: number): string {
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]!).join('');
}

/** True where two templates make the same pods: the label of the hash counts for nothing. */
export function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return sameValue(withoutHash(a), withoutHash(b));
}

function withoutHash(template: PodTemplate): unknown {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join()}}`;
}
