import type {
  AuthorizationOperation,
  AuthorizationPolicy,
  AuthorizationRule,
  AuthorizationSource,
  FieldPath,
} from '../../model/index.ts';

/** One list of values in a rule. */
export interface RuleField {
  /** Of the list: `['spec', 'rules', 0, 'from', 0, 'source', 'notPrincipals']`. */
  readonly path: FieldPath;
  /** Index of the rule. */
  readonly rule: number;
  /** Name of the positive field, also where `when` says the same: `principals` for `notPrincipals` and `source.principal`; any other key as it is. */
  readonly field: string;
  /** As it stands in the text: `notPrincipals`, `source.principal`. */
  readonly written: string;
  readonly negated: boolean;
  readonly values: readonly string[];
}

/** Keys of `when` that say the same as a field. */
const sameAs: ReadonlyMap<string, string> = new Map([
  ['source.principal', 'principals'],
  ['source.namespace', 'namespaces'],
  ['source.serviceAccount', 'serviceAccounts'],
  ['source.trustDomain', 'trustDomains'],
  ['source.ip', 'ipBlocks'],
  ['remote.ip', 'remoteIpBlocks'],
  ['destination.port', 'ports'],
  ['request.auth.principal', 'requestPrincipals'],
]);

const identityFields = new Set(['principals', 'namespaces', 'serviceAccounts', 'trustDomains']);
const requestFields = new Set(['hosts', 'methods', 'paths', 'requestPrincipals']);

/** True for a field that asks who the client is. */
export function asksIdentity({ field }: RuleField): boolean {
  return identityFields.has(field);
}

/** True for a field that means nothing on a TCP connection. */
export function asksRequest({ field }: RuleField): boolean {
  return requestFields.has(field) || field.startsWith('request.');
}

/** True for a field that asks for a token's content. */
export function asksToken({ field }: RuleField): boolean {
  return field === 'requestPrincipals' || field.startsWith('request.auth.');
}

const fieldsByPolicy = new WeakMap<AuthorizationPolicy, readonly RuleField[]>();

/** All lists of values in the rules of a policy, in the order of the rules. */
export function fieldsOf(policy: AuthorizationPolicy): readonly RuleField[] {
  let fields = fieldsByPolicy.get(policy);
  if (fields === undefined) {
    fields = policy.spec.rules.flatMap(fieldsOfRule);
    fieldsByPolicy.set(policy, fields);
  }
  return fields;
}

function fieldsOfRule(rule: AuthorizationRule, index: number): readonly RuleField[] {
  const path = ['spec', 'rules', index];
  return [
    ...rule.from.flatMap((source, i) => entryFields(source, index, [...path, 'from', i, 'source'])),
    ...rule.to.flatMap((operation, i) => entryFields(operation, index, [...path, 'to', i, 'operation'])),
    ...rule.when.flatMap(({ key, values = [], notValues = [] }, i) => {
      const at = [...path, 'when', i];
      const field = sameAs.get(key) ?? key;
      return [
        { path: [...at, 'values'], rule: index, field, written: key, negated: false, values },
        {
          path: [...at, 'notValues'],
          rule: index,
          field,
          written: `${key} (notValues)`,
          negated: true,
          values: notValues,
        },
      ].filter((each) => each.values.length > 0);
    }),
  ];
}

function entryFields(
  entry: AuthorizationSource | AuthorizationOperation | undefined,
  rule: number,
  path: FieldPath,
): readonly RuleField[] {
  return Object.entries((entry ?? {}) as Readonly<Record<string, readonly string[] | undefined>>).flatMap(
    ([name, values = []]) => {
      if (values.length === 0) return [];
      const negated = /^not[A-Z]/.test(name);
      const field = negated ? name[3]!.toLowerCase() + name.slice(4) : name;
      return [{ path: [...path, name], rule, field, written: name, negated, values }];
    },
  );
}
