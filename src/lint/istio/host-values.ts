import type { AuthorizationPolicy } from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { fieldsOf, type RuleField } from './rule-fields.ts';
import { valueFinding } from './value-findings.ts';

/** Hosts that no client sends: URLs, paths, and stars where they are taken as characters. */
export const hostValues: LintRule = {
  codes: ['PC3225'],
  *check({ cluster }) {
    for (const policy of [...cluster.policies.authorization.values()].flat()) {
      for (const field of fieldsOf(policy)) {
        if (!asksHost(field)) continue;
        for (const index of field.values.keys()) {
          const finding = checkHost(policy, field, index);
          if (finding !== undefined) yield finding;
        }
      }
    }
  },
};

/** True for the field `hosts` and the headers that say the same. */
export function asksHost({ field }: RuleField): boolean {
  return field === 'hosts' || /^request\.headers\[(:authority|host)\]$/i.test(field);
}

function checkHost(policy: AuthorizationPolicy, field: RuleField, index: number): Finding | undefined {
  const value = field.values[index]!;
  const url = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(value);
  if (url !== null) {
    const instead = url[1]!;
    return valueFinding(policy, field, index, {
      code: 'PC3225',
      reason: 'a Host header is a name and perhaps a port, never a URL',
      help: `Write the host alone: ${instead}`,
      ...(instead !== '' && { instead }),
    });
  }
  const leading = value.startsWith('*');
  const text = leading ? value.slice(1) : value.endsWith('*') ? value.slice(0, -1) : value;
  if (text.includes('*')) {
    const port = leading && value.endsWith(':*');
    return valueFinding(policy, field, index, {
      code: 'PC3225',
      reason: `only one star is special, at the start or else at the end; the other one is taken as a character, which no host has`,
      help: port
        ? `A star in front and any port behind cannot be said in one value: list the ports (${value.slice(0, -1)}8080), or the hosts with :* each.`
        : 'Write one star, at the start or at the end.',
    });
  }
  if (!/[/\s?#]/.test(value)) return undefined;
  const host = /^[^/\s?#]+/.exec(value)?.[0];
  return valueFinding(policy, field, index, {
    code: 'PC3225',
    reason: 'a Host header is a name and perhaps a port: no path, no blanks',
    help: 'Write the host alone, and the path under paths.',
    ...(host !== undefined && { instead: host }),
  });
}
