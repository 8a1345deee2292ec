import type { AccountName, AddressPrefix, ConditionValues, WorkloadCondition } from '../../cluster/index.ts';
import {
  type AuthorizationCondition,
  type AuthorizationOperation,
  type AuthorizationSource,
  type FieldPath,
  type Pattern,
  parseAddress,
} from '../../model/index.ts';

type Texts = readonly string[] | undefined;
type Reader = (texts: readonly string[]) => ConditionValues;

/** Conditions of a source that istiod carries to ztunnel; `namespace` is the policy's, for accounts written without one. */
export function sourceConditions(
  source: AuthorizationSource | undefined,
  namespace: string,
  path: FieldPath,
): readonly WorkloadCondition[] {
  if (source === undefined) return [];
  const at = [...path, 'source'];
  return [
    ...both(readPatterns('namespaces'), source, 'namespaces', 'notNamespaces', at),
    ...both(readPatterns('principals'), source, 'principals', 'notPrincipals', at),
    ...both(readAccounts(namespace), source, 'serviceAccounts', 'notServiceAccounts', at),
    ...both(readBlocks('sourceIps'), source, 'ipBlocks', 'notIpBlocks', at),
  ];
}

/** Conditions of an operation that istiod carries to ztunnel: its ports. */
export function operationConditions(
  operation: AuthorizationOperation | undefined,
  path: FieldPath,
): readonly WorkloadCondition[] {
  if (operation === undefined) return [];
  return both(readPorts, operation, 'ports', 'notPorts', [...path, 'operation']);
}

const readersByKey: ReadonlyMap<string, Reader> = new Map([
  ['source.namespace', readPatterns('namespaces')],
  ['source.principal', readPatterns('principals')],
  ['source.ip', readBlocks('sourceIps')],
  ['destination.ip', readBlocks('destinationIps')],
  ['destination.port', readPorts],
]);

/** Conditions of an entry of `when`: none for a key that istiod does not carry. */
export function whenConditions(
  condition: AuthorizationCondition,
  path: FieldPath,
): readonly WorkloadCondition[] {
  const read = readersByKey.get(condition.key);
  return read === undefined ? [] : both(read, condition, 'values', 'notValues', path);
}

/** The positive and the negated condition of a pair of fields; a field without a usable value is absent, as in istiod. */
function both<T>(
  read: Reader,
  entry: T,
  field: keyof T & string,
  notField: keyof T & string,
  path: FieldPath,
): readonly WorkloadCondition[] {
  return [
    { ...read((entry[field] as Texts) ?? []), negated: false, path: [...path, field] },
    { ...read((entry[notField] as Texts) ?? []), negated: true, path: [...path, notField] },
  ].filter((condition) => condition.values.length > 0);
}

function readPatterns(field: 'namespaces' | 'principals'): Reader {
  return (texts) => ({ field, values: texts.map(readPattern) });
}

/** One star is special: alone, else at the start, else at the end. Any further one is itself. */
function readPattern(text: string): Pattern {
  if (text === '*') return { form: 'presence', text: '' };
  if (text.startsWith('*')) return { form: 'suffix', text: text.slice(1) };
  if (text.endsWith('*')) return { form: 'prefix', text: text.slice(0, -1) };
  return { form: 'exact', text };
}

function readAccounts(namespace: string): Reader {
  return (texts) => ({
    field: 'serviceAccounts',
    values: texts.map((text): AccountName => {
      const slash = text.indexOf('/');
      if (slash < 0) return { namespace, serviceAccount: text };
      return { namespace: text.slice(0, slash), serviceAccount: text.slice(slash + 1) };
    }),
  });
}

function readBlocks(field: 'sourceIps' | 'destinationIps'): Reader {
  return (texts) => ({
    field,
    values: texts.map(readBlock).filter((block) => block !== undefined),
  });
}

function readBlock(text: string): AddressPrefix | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const bits = address.family === 4 ? 32 : 128;
  if (slash < 0) return { address, length: bits };
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > bits) return undefined;
  return { address, length: Number(digits) };
}

function readPorts(texts: readonly string[]): ConditionValues {
  const ports = texts.filter((text) => /^\d+$/.test(text)).map(Number);
  return { field: 'destinationPorts', values: ports.filter((port) => port <= 65535) };
}
