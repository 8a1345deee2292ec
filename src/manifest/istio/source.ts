import type { AuthorizationSource, FieldPath } from '../../model/index.ts';
import type { Finding } from './finding.ts';
import {
  checkIpBlocks,
  checkNotEmpty,
  checkServiceAccounts,
  checkTrustDomains,
  type ValueProblem,
} from './values.ts';

type Field = keyof AuthorizationSource;

const fields: readonly Field[] = [
  'principals',
  'notPrincipals',
  'requestPrincipals',
  'notRequestPrincipals',
  'namespaces',
  'notNamespaces',
  'serviceAccounts',
  'notServiceAccounts',
  'trustDomains',
  'notTrustDomains',
  'ipBlocks',
  'notIpBlocks',
  'remoteIpBlocks',
  'notRemoteIpBlocks',
];

/** Fields that ask for an identity, which nobody knows yet where CUSTOM is decided. */
const identityFields = fields.slice(0, 10);

/** `NotPrincipals`, as messages name the field `notPrincipals`. */
function messageName(field: Field): string {
  return `${field[0]!.toUpperCase()}${field.slice(1)}`;
}

/** Checks one `from.source`; `rule` is the index of its rule. */
export function checkSource(
  source: AuthorizationSource,
  path: FieldPath,
  rule: number,
  errors: Finding[],
): void {
  const { principals, notPrincipals, namespaces, notNamespaces, serviceAccounts, notServiceAccounts } =
    source;
  const accounts = serviceAccounts ?? notServiceAccounts;
  if (accounts !== undefined && (principals ?? notPrincipals ?? namespaces ?? notNamespaces) !== undefined) {
    const message = `cannot set serviceAccounts with namespaces or principals, found at rule ${rule}`;
    errors.push({ code: 'PC2212', path, message });
  }
  if (Object.keys(source).length === 0) {
    const message = `\`from.source\` must not be empty, found at rule ${rule}`;
    errors.push({ code: 'PC2208', path, message });
  }
  for (const field of fields) {
    const values = source[field];
    if (values === undefined) continue;
    for (const { code, index, message } of checkValues(field, values)) {
      errors.push({ code, path: [...path, field, index], message });
    }
  }
}

function checkValues(field: Field, values: readonly string[]): readonly ValueProblem[] {
  const name = messageName(field);
  switch (field) {
    case 'serviceAccounts':
    case 'notServiceAccounts':
      return present(checkServiceAccounts(name, values));
    case 'trustDomains':
    case 'notTrustDomains':
      return present(checkTrustDomains(name, values));
    case 'ipBlocks':
    case 'notIpBlocks':
    case 'remoteIpBlocks':
    case 'notRemoteIpBlocks':
      return [...checkIpBlocks(values), ...present(checkNotEmpty(name, values))];
    default:
      return present(checkNotEmpty(name, values));
  }
}

function present(problem: ValueProblem | undefined): readonly ValueProblem[] {
  return problem === undefined ? [] : [problem];
}

/** Names the fields of a source that a CUSTOM policy cannot ask about. */
export function checkCustomSource(source: AuthorizationSource, path: FieldPath, errors: Finding[]): void {
  for (const field of identityFields) {
    if (source[field] === undefined) continue;
    const message = `From.${messageName(field)} is currently not supported with CUSTOM action`;
    errors.push({ code: 'PC2213', path: [...path, field], message });
  }
}

/** True for a source that a TCP connection can be held against. trustDomains are not counted: an oversight of the webhook's. */
export function asksAboutConnection(source: AuthorizationSource): boolean {
  return fields.some(
    (field) => source[field] !== undefined && !/requestPrincipals|trustDomains/i.test(field),
  );
}
