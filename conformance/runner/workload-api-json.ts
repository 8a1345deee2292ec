import type {
  AddressPrefix,
  WorkloadCondition,
  WorkloadMatch,
  WorkloadPolicy,
} from '../../src/cluster/index.ts';
import { type IpAddress, type Pattern, parseAddress } from '../../src/model/index.ts';
import { noNamespace } from './lenient.ts';

type Json = Readonly<Record<string, unknown>>;

/** A workload policy as protobuf JSON writes it: zero values are left out. */
export function toProtobufJson(policy: WorkloadPolicy): Json {
  const { name, namespace, scope, action, dryRun, groups } = policy;
  return withoutZeros({
    name,
    namespace: namespace === noNamespace ? '' : namespace,
    scope: scope === 'GLOBAL' ? '' : scope,
    action: action === 'ALLOW' ? '' : action,
    dryRun: dryRun ? true : '',
    groups: groups.map(({ clauses }) =>
      withoutZeros({
        rules: clauses.map(({ matches }) => withoutZeros({ matches: matches.map(matchJson) })),
      }),
    ),
  });
}

/** The same policy JSON in one fixed order: groups, clauses and matches mean the same in any, and a clause the same twice. */
export function inFixedOrder(policy: Json | null): Json | null {
  if (policy === null) return null;
  const groups = listOf(policy, 'groups').map((group) => {
    const rules = listOf(group, 'rules').map((rule) => ({ ...rule, ...sorted(rule, 'matches') }));
    const distinct = [...new Map(rules.map((rule) => [textOf(rule), rule])).values()];
    return { ...group, ...sorted({ ...group, rules: distinct }, 'rules') };
  });
  return { ...policy, ...sorted({ ...policy, groups }, 'groups') };
}

function sorted(holder: Json, key: string): Json {
  const list = listOf(holder, key);
  return list.length === 0 ? {} : { [key]: list.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1)) };
}

function listOf(holder: Json, key: string): readonly Json[] {
  return (holder[key] ?? []) as readonly Json[];
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function withoutZeros(fields: Json): Json {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

function matchJson(match: WorkloadMatch): Json {
  return Object.fromEntries(
    match.conditions.map((condition) => [fieldName(condition), valuesJson(condition)]),
  );
}

function fieldName({ field, negated }: WorkloadCondition): string {
  return negated ? `not${field[0]!.toUpperCase()}${field.slice(1)}` : field;
}

function valuesJson(condition: WorkloadCondition): readonly unknown[] {
  switch (condition.field) {
    case 'namespaces':
    case 'principals':
      return condition.values.map(({ form, text }) => ({ [form]: form === 'presence' ? {} : text }));
    case 'serviceAccounts':
      return condition.values.map(({ namespace, serviceAccount }) =>
        withoutZeros({ namespace: namespace === noNamespace ? '' : namespace, serviceAccount }),
      );
    case 'sourceIps':
    case 'destinationIps':
      return condition.values.map(({ address, length }) =>
        withoutZeros({ address: Buffer.from(bytesOf(address)).toString('base64'), length }),
      );
    case 'destinationPorts':
      return condition.values;
  }
}

function bytesOf({ family, value }: IpAddress): readonly number[] {
  const size = family === 4 ? 4 : 16;
  return Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * (size - 1 - i))) & 255n));
}

/** A policy as ztunnel's own tests write it: lists of groups of clauses of matches. */
export interface ZtunnelPolicy {
  readonly action: string;
  readonly dryRun: boolean;
  readonly name: string;
  readonly namespace: string;
  readonly rules: readonly (readonly (readonly Json[])[])[];
  readonly scope: string;
}

/** Reads the form of ztunnel's tests; only what the matcher asks of it. */
export function fromZtunnelForm({ name, namespace, action, dryRun, rules }: ZtunnelPolicy): WorkloadPolicy {
  return {
    name,
    namespace,
    scope: 'GLOBAL',
    action: action === 'Deny' ? 'DENY' : 'ALLOW',
    dryRun,
    groups: rules.map((clauses) => ({
      clauses: clauses.map((matches) => ({ matches: matches.map(readMatch) })),
      source: undefined,
    })),
    object: undefined,
  };
}

function readMatch(match: Json): WorkloadMatch {
  const conditions = Object.entries(match)
    .filter(([, values]) => Array.isArray(values) && values.length > 0)
    .map(([name, values]) => readCondition(name, values as readonly unknown[]));
  return { conditions, path: [] };
}

function readCondition(name: string, values: readonly unknown[]): WorkloadCondition {
  const negated = name.startsWith('not');
  const field = negated ? `${name[3]!.toLowerCase()}${name.slice(4)}` : name;
  const common = { negated, path: [name] };
  switch (field) {
    case 'namespaces':
    case 'principals':
      return { ...common, field, values: values.map(readPattern) };
    case 'serviceAccounts':
      return { ...common, field, values: values as readonly { namespace: string; serviceAccount: string }[] };
    case 'sourceIps':
    case 'destinationIps':
      return { ...common, field, values: values.map((value) => readPrefix(value as string)) };
    case 'destinationPorts':
      return { ...common, field, values: values as readonly number[] };
    default:
      throw new Error(`no such condition: ${name}`);
  }
}

function readPattern(value: unknown): Pattern {
  const [form = 'Presence', text] =
    typeof value === 'string' ? [value] : Object.entries(value as Readonly<Record<string, unknown>>)[0]!;
  if (form === 'Presence') return { form: 'presence', text: '' };
  return { form: form.toLowerCase() as Pattern['form'], text: text as string };
}

function readPrefix(text: string): AddressPrefix {
  const [address = '', length] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new Error(`no such address: ${text}`);
  return {
    address: parsed,
    length: length === undefined ? (parsed.family === 4 ? 32 : 128) : Number(length),
  };
}
