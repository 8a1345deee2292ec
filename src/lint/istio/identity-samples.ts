import { asksIdentity, type RuleField } from './rule-fields.ts';

/** What a value says of an identity; a part that it leaves open is absent. */
interface NamedParts {
  readonly trustDomain?: string;
  readonly namespace?: string;
  readonly account?: string;
}

/** Stands for any name that no policy mentions. */
const anyName = 'any-other';

/** An identity field together with the namespace of its policy, where accounts without a namespace are. */
export type PlacedField = Pick<RuleField, 'field' | 'values'> & { readonly home: string };

/**
 * Identities that tell apart all that some fields can tell apart: those that they name, and for whatever a value leaves open one that nobody names. `trustDomain`: the
 * mesh's. Without an identity is not among them.
 */
export function identityCandidates(fields: Iterable<PlacedField>, trustDomain: string): readonly string[] {
  const named = [...fields].flatMap(({ field, values, home }) =>
    values.flatMap((value) => readParts(field, value, home)).flatMap(withoutStars),
  );
  const domains = distinct([trustDomain, ...named.map((parts) => parts.trustDomain)]);
  const namespaces = distinct([anyName, ...named.map((parts) => parts.namespace)]);
  // An account that is named alone may be of any namespace; one that is named with its namespace is found there.
  const accounts = distinct([
    anyName,
    ...named.filter((parts) => parts.namespace === undefined).map((parts) => parts.account),
  ]);
  const tuples: readonly NamedParts[] = [{}, ...namespaces.map((namespace) => ({ namespace })), ...named];
  const found = new Set<string>();
  for (const { trustDomain: td, namespace, account } of tuples) {
    for (const domain of td === undefined ? domains : [td]) {
      for (const ns of namespace === undefined ? namespaces : [namespace]) {
        for (const sa of account === undefined ? accounts : [account])
          found.add(`${domain}/ns/${ns}/sa/${sa}`);
      }
    }
  }
  return [...found];
}

function readParts(field: string, value: string, home: string): readonly NamedParts[] {
  switch (field) {
    case 'namespaces':
      return [{ namespace: value }];
    case 'trustDomains':
      return [{ trustDomain: value }];
    case 'serviceAccounts': {
      const [account = '', namespace = home] = value.split('/').reverse();
      return [{ namespace, account }];
    }
    case 'principals':
      return [readPrincipal(value)];
    default:
      return [];
  }
}

/** A value with a leading star is read from its end: the star may stand for several parts. */
function readPrincipal(value: string): NamedParts {
  if (value === '*') return {};
  const pieces = value.split('/');
  const skipped = value.startsWith('*') ? 5 - pieces.length : 0;
  const at = (place: number): string | undefined => pieces[place - skipped];
  const [trustDomain, namespace, account] = [at(0), at(2), at(4)];
  return {
    ...(isNamed(trustDomain) && { trustDomain }),
    ...(isNamed(namespace) && { namespace }),
    ...(isNamed(account) && { account }),
  };
}

function isNamed(part: string | undefined): part is string {
  return part !== undefined && part !== '' && part !== '*';
}

/** A star stands for nothing once and for something once. */
function withoutStars(parts: NamedParts): readonly NamedParts[] {
  if (!Object.values(parts).some((part) => part.includes('*'))) return [parts];
  return ['', 'x'].map((filling) =>
    Object.fromEntries(
      Object.entries(parts).map(([key, part]) => [key, part.replaceAll('*', filling) || anyName]),
    ),
  );
}

function distinct(texts: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(texts.filter((text) => text !== undefined))];
}

/** The identity fields among some fields of a policy. */
export function identityFieldsOf(fields: readonly RuleField[], home: string): readonly PlacedField[] {
  return fields.filter(asksIdentity).map(({ field, values }) => ({ field, values, home }));
}
