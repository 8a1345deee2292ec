import { formatPath } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import { fieldOf, itemsAt, textAt, textsAt } from '../kit/index.ts';
import { cidrWarnings, parseCidr } from './cidr.ts';

/** What the server warns of in an accepted NetworkPolicy: CIDRs in forms that it would rather not see. */
export function networkPolicyWarnings(root: YamlNode): string[] {
  const spec = fieldOf(root, 'spec');
  const warnings: string[] = [];
  for (const [direction, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    for (const [i, rule] of (itemsAt(spec, direction) ?? []).entries()) {
      for (const [j, peer] of (itemsAt(rule, peers) ?? []).entries()) {
        const block = fieldOf(peer, 'ipBlock');
        const path = ['spec', direction, i, peers, j, 'ipBlock'];
        warnOf(textAt(block, 'cidr') ?? '', formatPath([...path, 'cidr']), warnings);
        for (const [k, except] of (textsAt(block, 'except') ?? []).entries()) {
          warnOf(except, formatPath([...path, 'except', k]), warnings);
        }
      }
    }
  }
  return warnings;
}

function warnOf(value: string, field: string, warnings: string[]): void {
  const cidr = parseCidr(value);
  if (cidr !== undefined) warnings.push(...cidrWarnings(field, cidr));
}
