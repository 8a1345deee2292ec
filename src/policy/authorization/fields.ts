import { parseRange } from '../../model/index.ts';
import { readBracketed, readClaimPath } from './claims.ts';
import type { AddressInput, Input, Question } from './condition.ts';
import { namespaceTest, principalTest, serviceAccountTest, trustDomainTest } from './identity-test.ts';
import { pathTest } from './path-test.ts';
import { readRequestPrincipal } from './request-principal.ts';
import { readTextTest, type TextTest } from './text-test.ts';
import { expandPrincipals, expandTrustDomains } from './trust-domains.ts';

/** What a rule's values mean beyond their text. */
export interface Scope {
  /** Of the policy: a service account without a namespace is in it. */
  readonly namespace: string;
  /** The mesh's trust domain and its aliases. */
  readonly trustDomains: readonly string[];
}

/** How one field or `when` key asks. */
export interface Field {
  /** Means nothing on a TCP chain. */
  readonly httpOnly: boolean;
  /** The values as a question, with those left out that mean nothing; undefined where none is left. */
  read(values: readonly string[], scope: Scope): Question | undefined;
  /** True where a value (or the key itself) is of no use to Envoy. */
  isBad(value: string): boolean;
}

type ReadText = (value: string, scope: Scope) => TextTest;

function textField(
  input: Input,
  httpOnly: boolean,
  readTest: ReadText,
  expand?: typeof expandPrincipals,
): Field {
  return {
    httpOnly,
    isBad: () => false,
    read: (values, scope) => ({
      kind: 'text',
      input,
      tests: (expand?.(values, scope.trustDomains) ?? values).map((value) => readTest(value, scope)),
    }),
  };
}

function addressField(input: AddressInput): Field {
  return {
    httpOnly: false,
    isBad: (value) => parseRange(value) === undefined,
    read: (values) => {
      const ranges = values.map((value) => parseRange(value)).filter((range) => range !== undefined);
      return ranges.length === 0 ? undefined : { kind: 'address', input, ranges };
    },
  };
}

const portField: Field = {
  httpOnly: false,
  isBad: (value) => readPort(value) === undefined,
  read: (values) => {
    const ports = values.map(readPort).filter((port) => port !== undefined);
    return ports.length === 0 ? undefined : { kind: 'port', ports };
  },
};

/** Decimal, leading zeros allowed. */
export function readPort(value: string): number | undefined {
  if (!/^[0-9]+$/.test(value)) return undefined;
  const port = Number(value);
  return port <= 65535 ? port : undefined;
}

const requestPrincipalField: Field = {
  httpOnly: true,
  isBad: () => false,
  read: (values) => ({ kind: 'request principal', tests: values.map(readRequestPrincipal) }),
};

/** A key that Istio recognises by its beginning but cannot read. */
const unreadableField: Field = { httpOnly: false, isBad: () => true, read: () => undefined };

const readGiven: ReadText = (value) => readTextTest(value, 'given');
const readSomething: ReadText = (value) => readTextTest(value, 'something');
const readHost: ReadText = (value) => readTextTest(value, 'given', true);

const principals = textField({ kind: 'principal' }, false, principalTest, expandPrincipals);
const namespaces = textField({ kind: 'principal' }, false, namespaceTest);
const serviceAccounts = textField({ kind: 'principal' }, false, (value, scope) =>
  serviceAccountTest(value, scope.namespace),
);
const trustDomains = textField({ kind: 'principal' }, false, trustDomainTest, expandTrustDomains);

const sourceAddress = addressField('source address');
const remoteAddress = addressField('remote address');

/** Fields of `from[].source`, each with its negative form `notX`, in Istio's order. */
export const sourceFields: Readonly<Record<string, Field>> = {
  principals,
  requestPrincipals: requestPrincipalField,
  serviceAccounts,
  trustDomains,
  namespaces,
  remoteIpBlocks: remoteAddress,
  ipBlocks: sourceAddress,
};

/** Fields of `to[].operation`, each with its negative form, in Istio's order. */
export const operationFields: Readonly<Record<string, Field>> = {
  hosts: textField({ kind: 'host' }, true, readHost),
  methods: textField({ kind: 'method' }, true, readGiven),
  paths: textField({ kind: 'path' }, true, pathTest),
  ports: portField,
};

const whenFields: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['destination.ip', addressField('destination address')],
  ['destination.port', portField],
  ['connection.sni', textField({ kind: 'sni' }, false, readSomething)],
  ['source.ip', sourceAddress],
  ['remote.ip', remoteAddress],
  ['source.namespace', namespaces],
  ['source.serviceAccount', serviceAccounts],
  ['source.principal', principals],
  ['source.trustDomain', trustDomains],
  ['request.auth.principal', requestPrincipalField],
  ['request.auth.audiences', textField({ kind: 'claim', path: ['aud'] }, true, readSomething)],
  ['request.auth.presenter', textField({ kind: 'claim', path: ['azp'] }, true, readSomething)],
]);

/** The field that a `when` key stands for; undefined for a key that Istio does not know, which takes the whole rule away. */
export function whenField(key: string): Field | undefined {
  const field = whenFields.get(key);
  if (field !== undefined) return field;
  if (key.startsWith('request.headers')) {
    const name = readBracketed(key.slice('request.headers'.length));
    if (name === undefined) return unreadableField;
    return textField({ kind: 'header', name: name.toLowerCase() }, true, readGiven);
  }
  if (key.startsWith('request.auth.claims')) {
    const path = readClaimPath(key.slice('request.auth.claims'.length));
    return path === undefined ? unreadableField : textField({ kind: 'claim', path }, true, readSomething);
  }
  if (key.startsWith('experimental.envoy.filters.')) return metadataField(key);
  return undefined;
}

/** `experimental.envoy.filters.F[K]`: the metadata K that the filter `envoy.filters.F` left. A value `[v]` asks for a list that has v. */
function metadataField(key: string): Field {
  const [filter, inner] = splitOnce(key.slice('experimental.'.length).replace(/\]$/, ''), '[');
  if (inner === undefined) return unreadableField;
  return textField({ kind: 'metadata', filter, key: inner }, false, (value) =>
    readTextTest(/^\[.*\]$/s.test(value) ? value.slice(1, -1) : value, 'something'),
  );
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
