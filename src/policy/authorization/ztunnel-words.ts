import type { AddressPrefix, ConditionValues, WorkloadCondition } from '../../cluster/index.ts';
import { type Connection, formatAddress, type NotSaid, notSaid, type Pattern } from '../../model/index.ts';

/** Writes an address block as a CIDR, its bits as they were given. */
export function formatBlock(block: AddressPrefix): string {
  return `${formatAddress(block.address)}/${block.length}`;
}

/** What a condition wants, in the words of the policy: `a, b*` or `not a, b*`. */
export function describeWanted(condition: WorkloadCondition): string {
  const values = describeValues(condition).join(', ');
  return condition.negated ? `not ${values}` : values;
}

function describeValues(condition: ConditionValues): readonly string[] {
  switch (condition.field) {
    case 'principals':
    case 'namespaces':
      return condition.values.map(describePattern);
    case 'serviceAccounts':
      return condition.values.map((value) => `${value.namespace}/${value.serviceAccount}`);
    case 'sourceIps':
    case 'destinationIps':
      return condition.values.map(formatBlock);
    case 'destinationPorts':
      return condition.values.map(String);
  }
}

function describePattern(pattern: Pattern): string {
  if (pattern.form === 'presence') return '*';
  if (pattern.form === 'suffix') return `*${pattern.text}`;
  return pattern.form === 'prefix' ? `${pattern.text}*` : pattern.text;
}

/** What the connection has where the condition looks. */
export function describeGot(condition: ConditionValues, connection: Connection): string {
  switch (condition.field) {
    case 'principals':
    case 'namespaces':
    case 'serviceAccounts':
      return describeText(connection.identity ?? 'no identity');
    case 'sourceIps':
      return describeText(connection.sourceAddress);
    case 'destinationIps':
      return describeText(connection.destinationAddress);
    case 'destinationPorts':
      return `${connection.destinationPort}`;
  }
}

function describeText(text: string | NotSaid): string {
  return text === notSaid ? 'not said' : text;
}
