import type { LintRule } from '../registry.ts';
import { valuesOf } from './policies.ts';
import type { RuleField } from './rule-fields.ts';
import { valueFinding } from './value-findings.ts';

/** Hosts that no client sends: URLs, paths, and stars where they are taken as characters. */
export const hostValues: LintRule = {
  codes: ['PC3225'],
  *check({ cluster }) {
    for (const value of valuesOf(cluster, asksHost)) {
      const fault = hostFault(value.value);
      if (fault !== undefined) yield valueFinding(value, { code: 'PC3225', ...fault });
    }
  },
};

/** True for the field `hosts` and the headers that say the same. */
export function asksHost({ field }: RuleField): boolean {
  return field === 'hosts' || /^request\.headers\[(:authority|host)\]$/i.test(field);
}

interface Fault {
  readonly reason: string;
  readonly help: string;
  readonly instead?: string;
}

function hostFault(value: string): Fault | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(value);
  if (url !== null) {
    const instead = url[1]!;
    return {
      reason: 'a Host header is a name and perhaps a port, never a URL',
      help: `Write the host alone: ${instead}`,
      ...(instead !== '' && { instead }),
    };
  }
  const leading = value.startsWith('*');
  const text = leading ? value.slice(1) : value.endsWith('*') ? value.slice(0, -1) : value;
  if (text.includes('*')) {
    const port = leading && value.endsWith(':*');
    return {
      reason:
        'only one star is special, at the start or else at the end; the other one is taken as a character, which no host has',
      help: port
        ? `A star in front and any port behind cannot be said in one value: list the ports (${value.slice(0, -1)}8080), or the hosts with :* each.`
        : 'Write one star, at the start or at the end.',
    };
  }
  if (!/[/\s?#]/.test(value)) return undefined;
  const host = /^[^/\s?#]+/.exec(value)?.[0];
  return {
    reason: 'a Host header is a name and perhaps a port: no path, no blanks',
    help: 'Write the host alone, and the path under paths.',
    ...(host !== undefined && { instead: host }),
  };
}
