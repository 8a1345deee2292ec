import type { FieldPath } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import { fieldOf, itemsAt, textAt, textsAt } from '../kit/index.ts';
import { cidrWarnings, parseCidr } from './cidr.ts';

/** A warning of the API server: the field and what is said of it. */
export interface FieldWarning {
  readonly path: FieldPath;
  readonly text: string;
}

/** What the server warns of in an accepted NetworkPolicy: CIDRs in forms that it would rather not see. */
export function networkPolicyWarnings(root: YamlNode): FieldWarning[] {
  const spec = fieldOf(root, 'spec');
  const warnings: FieldWarning[] = [];
  for (const [direction, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    for (const [i, rule] of (itemsAt(spec, direction) ?? []).entries()) {
      for (const [j, peer] of (itemsAt(rule, peers) ?? []).entries()) {
        const block = fieldOf(peer, 'ipBlock');
        if (block === undefined) continue;
        const path = ['spec', direction, i, peers, j, 'ipBlock'];
        warnOf(textAt(block, 'cidr') ?? '', [...path, 'cidr'], warnings);
        for (const [k, except] of (textsAt(block, 'except') ?? []).entries()) {
          warnOf(except, [...path, 'except', k], warnings);
        }
      }
    }
  }
  return warnings;
}

function warnOf(value: string, path: FieldPath, warnings: FieldWarning[]): void {
  const cidr = parseCidr(value);
  for (const text of cidr === undefined ? [] : cidrWarnings(cidr)) warnings.push({ path, text });
}
