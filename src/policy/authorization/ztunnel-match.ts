import type {
  AddressPrefix,
  ConditionValues,
  WorkloadClause,
  WorkloadCondition,
  WorkloadGroup,
  WorkloadMatch,
  WorkloadPolicy,
} from '../../cluster/index.ts';
import {
  all,
  any,
  type Connection,
  type NotSaid,
  not,
  notSaid,
  type Pattern,
  parseAddress,
  parseIdentity,
  rangeHolds,
  rangeOf,
  type Truth,
  unknown,
} from '../../model/index.ts';
import { formatBlock } from './ztunnel-words.ts';

/** Does the policy match the connection? One without groups never does. Source: ztunnel src/rbac.rs. */
export function policyMatches(policy: Pick<WorkloadPolicy, 'groups'>, connection: Connection): Truth {
  return any(policy.groups, (group) => groupMatches(group, connection));
}

/** Do all clauses of the group hold? One without clauses always matches. */
export function groupMatches(group: WorkloadGroup, connection: Connection): Truth {
  return all(group.clauses, (clause) => clauseHolds(clause, connection));
}

/** Does a clause hold? One without matches does. */
export function clauseHolds(clause: WorkloadClause, connection: Connection): Truth {
  return clause.matches.length === 0 || any(clause.matches, (match) => matchHolds(match, connection));
}

function matchHolds(match: WorkloadMatch, connection: Connection): Truth {
  return match.conditions.length > 0 && all(match.conditions, (one) => conditionHolds(one, connection));
}

/** Does a single condition hold? */
export function conditionHolds(condition: WorkloadCondition, connection: Connection): Truth {
  const found = anyValue(condition, connection);
  return condition.negated ? not(found) : found;
}

function anyValue(condition: ConditionValues, connection: Connection): Truth {
  const { identity } = connection;
  switch (condition.field) {
    case 'principals': {
      if (identity === notSaid) return unsaid('principal', condition.values);
      return identity !== undefined && condition.values.some((value) => textMatches(value, identity));
    }
    case 'namespaces': {
      if (identity === notSaid) return unsaid('principal', condition.values.map(namespacePattern));
      const namespace = (identity === undefined ? undefined : parseIdentity(identity))?.namespace ?? '';
      return condition.values.some((value) => textMatches(value, namespace));
    }
    case 'serviceAccounts': {
      if (identity === notSaid) return unsaid('principal', condition.values.map(accountPattern));
      const known = identity === undefined ? undefined : parseIdentity(identity);
      if (known === undefined) return false;
      return condition.values.some(
        (value) => value.namespace === known.namespace && value.serviceAccount === known.serviceAccount,
      );
    }
    case 'sourceIps':
      return addressIn('source address', condition.values, connection.sourceAddress);
    case 'destinationIps':
      return addressIn('destination address', condition.values, connection.destinationAddress);
    case 'destinationPorts':
      return condition.values.includes(connection.destinationPort);
  }
}

function textMatches(pattern: Pattern, text: string): boolean {
  switch (pattern.form) {
    case 'presence':
      return text !== '';
    case 'suffix':
      return text.endsWith(pattern.text);
    case 'prefix':
      return text.startsWith(pattern.text);
    default:
      return text === pattern.text;
  }
}

function addressIn(field: string, blocks: readonly AddressPrefix[], address: string | NotSaid): Truth {
  if (address === notSaid) {
    return unsaid(
      field,
      blocks.map((block): Pattern => ({ form: 'range', text: formatBlock(block) })),
    );
  }
  const parsed = parseAddress(address);
  if (parsed === undefined) return false;
  return blocks.some((block) => rangeHolds(rangeOf(block.address, block.length), parsed));
}

function unsaid(field: string, patterns: readonly Pattern[]): Truth {
  return unknown({ kind: 'request', field, patterns });
}

/** The condition on a namespace, as one on the whole principal. */
function namespacePattern(pattern: Pattern): Pattern {
  const text = quote(pattern.text);
  const namespace = {
    presence: '[^/]+',
    suffix: `[^/]*${text}`,
    prefix: `${text}[^/]*`,
    exact: text,
    regex: text,
    range: text,
  }[pattern.form];
  return { form: 'regex', text: `[^/]*/ns/${namespace}/sa/[^/]*` };
}

function accountPattern(account: { namespace: string; serviceAccount: string }): Pattern {
  return {
    form: 'regex',
    text: `[^/]*/ns/${quote(account.namespace)}/sa/${quote(account.serviceAccount)}`,
  };
}

function quote(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
