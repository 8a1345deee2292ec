import {
  any,
  type Fact,
  type FieldPath,
  formatAddress,
  type IpRange,
  type NotSaid,
  not,
  notSaid,
  type Pattern,
  parseAddress,
  rangeHolds,
  type Truth,
  unknown,
} from '../../model/index.ts';
import { claimTexts } from './claims.ts';
import { pathOnly } from './path-test.ts';
import { type RequestPrincipalTest, requestPrincipalHolds } from './request-principal.ts';
import type { Subject } from './subject.ts';
import type { TextTest } from './text-test.ts';

/** What a condition looks at. */
export type Input =
  | { readonly kind: 'principal' | 'sni' | 'host' | 'method' | 'path' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'claim'; readonly path: readonly string[] }
  | { readonly kind: 'metadata'; readonly filter: string; readonly key: string };

export type AddressInput = 'source address' | 'remote address' | 'destination address';

/** What a condition asks: any of the tests holds. */
export type Question =
  | { readonly kind: 'text'; readonly input: Input; readonly tests: readonly TextTest[] }
  | { readonly kind: 'address'; readonly input: AddressInput; readonly ranges: readonly IpRange[] }
  | { readonly kind: 'port'; readonly ports: readonly number[] }
  | { readonly kind: 'request principal'; readonly tests: readonly RequestPrincipalTest[] };

/** One field of a rule, positive or negative, as a question to a connection or request. */
export interface Condition {
  /** The field within the policy: `['spec', 'rules', 0, 'to', 1, 'operation', 'paths']`. */
  readonly path: FieldPath;
  readonly negated: boolean;
  /** The values as written. */
  readonly values: readonly string[];
  readonly question: Question;
}

/** Does the condition hold? Unknown where it turns on something that is not said. */
export function conditionHolds(condition: Condition, subject: Subject): Truth {
  const answer = ask(condition.question, subject);
  return condition.negated ? not(answer) : answer;
}

function ask(question: Question, subject: Subject): Truth {
  switch (question.kind) {
    case 'text':
      return askText(question.input, question.tests, subject);
    case 'address':
      return askAddress(question.input, question.ranges, subject);
    case 'port':
      return question.ports.includes(subject.connection.destinationPort);
    case 'request principal':
      return askPrincipal(question.tests, subject.request);
  }
}

function askPrincipal(tests: readonly RequestPrincipalTest[], request: Subject['request']): Truth {
  return request !== undefined && any(tests, (test) => requestPrincipalHolds(test, request));
}

function askText(input: Input, tests: readonly TextTest[], subject: Subject): Truth {
  const texts = readTexts(input, subject);
  if (texts === notSaid) {
    const patterns = tests.map((test) => test.pattern);
    if (isInEveryRequest(input) && patterns.some(({ form }) => form === 'presence')) return true;
    return unknown({ kind: 'request', field: describeInput(input), patterns });
  }
  return texts.some((text) => tests.some((test) => test.matches(text)));
}

function isInEveryRequest({ kind }: Input): boolean {
  return kind === 'host' || kind === 'method' || kind === 'path';
}

/** The texts that an input holds: none where it is absent, several for a repeated header or a list. */
export function readTexts(
  input: Input,
  { connection, request, metadataOpen }: Subject,
): readonly string[] | NotSaid {
  switch (input.kind) {
    case 'principal':
      return listOf(connection.identity);
    case 'sni':
      return listOf(lowerCase(connection.sni));
    case 'host':
      return listOf(request?.authority);
    case 'method':
      return listOf(request?.method);
    case 'path':
      return request === undefined || request.path === notSaid
        ? listOf(request?.path)
        : [pathOnly(request.path)];
    case 'header':
      return readHeader(input.name, connection, request);
    case 'claim':
      return request === undefined ? [] : claimTexts(request, input.path);
    case 'metadata':
      return metadataOpen ? notSaid : [];
  }
}

function readHeader(
  name: string,
  connection: Subject['connection'],
  request: Subject['request'],
): readonly string[] | NotSaid {
  if (request === undefined) return [];
  switch (name) {
    case ':authority':
    case 'host':
      return listOf(request.authority);
    case ':method':
      return listOf(request.method);
    case ':path':
      return listOf(request.path);
    case ':scheme':
      return readScheme(connection, request);
    default:
      return request.headers.get(name) ?? (request.headersComplete ? [] : notSaid);
  }
}

/** What X-Forwarded-Proto says, where it says http or https, else what the connection is. */
function readScheme(
  { identity }: Subject['connection'],
  { headers }: NonNullable<Subject['request']>,
): readonly string[] {
  const forwarded = headers.get('x-forwarded-proto') ?? [];
  if (forwarded.some((scheme) => /^https?$/i.test(scheme))) return forwarded;
  return [identity === undefined ? 'http' : 'https'];
}

/** Envoy lower-cases the server name of a TLS client hello. */
function lowerCase(sni: string | undefined | NotSaid): string | undefined | NotSaid {
  return typeof sni === 'string' ? sni.toLowerCase() : sni;
}

function listOf(text: string | undefined | NotSaid): readonly string[] | NotSaid {
  if (text === notSaid) return notSaid;
  return text === undefined ? [] : [text];
}

function askAddress(input: AddressInput, ranges: readonly IpRange[], subject: Subject): Truth {
  const text = readAddress(input, subject);
  if (text === notSaid) return unknown(addressFact(input, ranges, subject));
  const address = parseAddress(text);
  return address !== undefined && ranges.some((range) => rangeHolds(range, address));
}

/** The address that an input holds. On a TCP chain the remote address is the TCP peer. */
export function readAddress(input: AddressInput, { connection, request }: Subject): string | NotSaid {
  if (input === 'destination address') return connection.destinationAddress;
  if (input === 'remote address' && request !== undefined) return request.remoteAddress;
  return connection.sourceAddress;
}

function addressFact(input: AddressInput, ranges: readonly IpRange[], { request }: Subject): Fact {
  const forwarded =
    request !== undefined && !request.headersComplete && !request.headers.has('x-forwarded-for');
  return {
    kind: 'request',
    field: input === 'remote address' && !forwarded ? 'source address' : input,
    patterns: ranges.map((range): Pattern => ({ form: 'range', text: formatRange(range) })),
  };
}

/** `ADDRESS/LENGTH` of a range that a CIDR was read into. */
function formatRange({ family, first, last }: IpRange): string {
  const hostBits = last === first ? 0 : (last - first).toString(2).length;
  return `${formatAddress({ family, value: first })}/${(family === 4 ? 32 : 128) - hostBits}`;
}

/** The name of an input, as facts and messages use it. */
function describeInput(input: Input): string {
  switch (input.kind) {
    case 'header':
      return `header ${input.name}`;
    case 'claim':
      return `claim ${input.path.join('.')}`;
    case 'metadata':
      return `metadata ${input.filter}[${input.key}]`;
    default:
      return input.kind;
  }
}
