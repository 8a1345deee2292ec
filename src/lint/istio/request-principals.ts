import type { LintRule } from '../registry.ts';
import { valuesOf } from './policies.ts';
import { valueFinding } from './value-findings.ts';

/** Request principals of a form that no token has. */
export const requestPrincipals: LintRule = {
  codes: ['PC3234'],
  *check({ cluster }) {
    for (const value of valuesOf(cluster, ({ field }) => field === 'requestPrincipals')) {
      const fault = requestPrincipalFault(value.value);
      if (fault !== undefined) yield valueFinding(value, { code: 'PC3234', ...fault });
    }
  },
};

interface Fault {
  readonly reason: string;
  readonly help: string;
  readonly instead: string;
}

/** Why no token has such a principal; undefined where one may. The value is cut at its last slash into issuer and subject. */
export function requestPrincipalFault(value: string): Fault | undefined {
  if (value === '*') return undefined;
  const leading = value.startsWith('*');
  const rest = leading ? value.slice(1) : value.endsWith('*') ? value.slice(0, -1) : value;
  if (rest.includes('*')) {
    const instead =
      value === '*/*'
        ? '*'
        : leading
          ? `*${rest.replaceAll('*', '')}`
          : `${value.slice(0, value.indexOf('*'))}*`;
    return {
      reason:
        'only one star is special, at the start or else at the end; the other one is taken as a character',
      help: value === '*/*' ? 'Write * for any token.' : 'Write one star, at the start or at the end.',
      instead,
    };
  }
  if (leading || value.endsWith('*')) return undefined;
  const slash = value.lastIndexOf('/');
  const issuer = slash < 0 ? value : value.slice(0, slash);
  const subject = slash < 0 ? '' : value.slice(slash + 1);
  if (subject === '' || /^[a-z][a-z0-9+.-]*:\/?$/i.test(issuer)) {
    const whole = value.endsWith('/') ? value : `${value}/`;
    return {
      reason:
        subject === ''
          ? `it asks for the issuer ${issuer} and an empty subject, which no issuer gives out`
          : `cut at its last slash it asks for the issuer ${issuer} and the subject ${subject}`,
      help: `Write ${whole}* for any subject of the issuer.`,
      instead: `${whole}*`,
    };
  }
  return undefined;
}
