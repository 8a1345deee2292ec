import type { LintRule } from '../registry.ts';
import { type PolicyValue, valuesOf } from './policies.ts';
import { valueFinding } from './value-findings.ts';

/** Values for the client's identity that no identity of Istio's form `TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT` can have. */
export const identityForms: LintRule = {
  codes: ['PC3221'],
  *check({ cluster }) {
    for (const value of valuesOf(cluster)) {
      const fault = faultOf(value);
      if (fault !== undefined) yield valueFinding(value, { code: 'PC3221', ...fault });
    }
  },
};

function faultOf({ field, value }: PolicyValue): Fault | undefined {
  if (field.field === 'principals') return principalFault(value);
  return field.field === 'namespaces' ? namespaceFault(value) : undefined;
}

interface Fault {
  readonly reason: string;
  readonly help: string;
  readonly instead?: string;
}

const form = 'Write TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT, with one star at most, at its start or end.';

function principalFault(value: string): Fault | undefined {
  if (value === '*') return undefined;
  const scheme = 'spiffe://';
  if (value.startsWith(scheme)) {
    const instead = value.slice(scheme.length);
    return {
      reason:
        'Istio puts spiffe:// before the value by itself, so the identity would have to begin with it twice',
      help: `Leave spiffe:// out: ${instead}`,
      instead,
    };
  }
  const leading = value.startsWith('*');
  const text = leading ? value.slice(1) : value.endsWith('*') ? value.slice(0, -1) : value;
  if (text.includes('*')) {
    return {
      reason: `only one star is special, at the start or else at the end; the other one is taken as a character, which no identity has`,
      help: namespaceOf(value) ?? form,
    };
  }
  const fits = leading ? isEndOfIdentity(text) : isStartOfIdentity(text, !value.endsWith('*'));
  if (fits) return undefined;
  return {
    reason: 'no identity of the mesh looks like that: they are TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT',
    help: form,
  };
}

/** `cluster.local/ns/*\/sa/x` and the like: what was probably meant has fields of its own. */
function namespaceOf(value: string): string | undefined {
  const [, ns, namespace, sa, account] = value.split('/');
  if (ns !== 'ns' || sa !== 'sa') return undefined;
  if (namespace === '*') return `For an account of any namespace write "*/sa/${account}".`;
  if (account === '*')
    return `For any account of a namespace write namespaces: [${JSON.stringify(namespace)}].`;
  return undefined;
}

const name = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const partOfName = /^[a-z0-9.-]*$/;

/** `whole`: not only the start of one. */
function isStartOfIdentity(text: string, whole: boolean): boolean {
  const parts = text.split('/');
  if (parts.length > 5 || (whole && parts.length < 5)) return false;
  return parts.every((part, i) => {
    const last = i === parts.length - 1 && !whole;
    if (i === 0) return last || part !== '';
    const word = i === 1 ? 'ns' : i === 3 ? 'sa' : undefined;
    if (word !== undefined) return last ? word.startsWith(part) : part === word;
    return (last ? partOfName : name).test(part);
  });
}

function isEndOfIdentity(text: string): boolean {
  const parts = text.split('/').reverse();
  if (parts.length > 5) return false;
  return parts.every((part, i) => {
    const first = i === parts.length - 1;
    const word = i === 3 ? 'ns' : i === 1 ? 'sa' : undefined;
    if (i === 4) return true;
    if (word !== undefined) return first ? word.endsWith(part) : part === word;
    return (first ? partOfName : name).test(part);
  });
}

function namespaceFault(value: string): Fault | undefined {
  if (/^[a-z0-9*-]+$/.test(value)) return undefined;
  if (value.includes('/')) {
    const namespace = /(?:^|\/)ns\/([a-z0-9-]+)(?:\/|$)/.exec(value)?.[1];
    return {
      reason: 'the value stands between /ns/ and the next slash of an identity, where there is no slash',
      help: `Write the name of the namespace alone${namespace === undefined ? '' : `: ${namespace}`}, or use principals.`,
      ...(namespace !== undefined && { instead: namespace }),
    };
  }
  const lower = value.toLowerCase();
  return {
    reason: 'the name of a namespace has only lower-case letters, digits and dashes',
    help: 'Write the name of a namespace.',
    ...(/^[a-z0-9*-]+$/.test(lower) && { instead: lower }),
  };
}
