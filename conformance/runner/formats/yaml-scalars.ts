import { type ServerAnswer, validateNetworkPolicyText } from '../../../src/manifest/network-policy-server.ts';
import { decodeText } from '../../../src/yaml/index.ts';
import { difference } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';
import { create, readersError } from './kubectl-create.ts';

interface Case {
  readonly name: string;
  /** `raw`: a whole text; otherwise where `scalar` stands in `input`. */
  readonly position: string;
  readonly input?: string;
  readonly inputBase64?: string;
  readonly type?: string;
  readonly value?: unknown;
  readonly objects?: readonly unknown[];
  readonly error?: string;
  readonly server?: Pick<ServerAnswer, 'valid' | 'decodeError' | 'errors'>;
}

/** Where the value of a case stands in the object. */
const places: Readonly<Record<string, readonly (string | number)[]>> = {
  'untyped value': ['spec', 'k'],
  'configmap value': ['data', 'k'],
  annotation: ['metadata', 'annotations', 'k'],
  label: ['metadata', 'labels', 'k'],
  matchLabels: ['spec', 'podSelector', 'matchLabels', 'k'],
  port: ['spec', 'ingress', 0, 'ports', 0, 'port'],
  'list item': ['spec', 'items', 0],
  'flow list item': ['spec', 'items', 0],
  name: ['metadata', 'name'],
  key: ['spec'],
};

/** What kubectl and the API server make of a text: `cases[]` with `position` and `input` or `inputBase64`. */
export const yamlScalars: Format = {
  name: 'yaml-scalars',
  recognises(data) {
    const first = Array.isArray(data.cases) ? data.cases[0] : undefined;
    return (
      typeof first?.position === 'string' &&
      (typeof first.input === 'string' || typeof first.inputBase64 === 'string')
    );
  },
  *run(data): Iterable<CaseResult> {
    for (const expected of data.cases as readonly Case[]) yield runCase(expected);
  },
};

function runCase(expected: Case): CaseResult {
  const id = `${expected.position}: ${expected.name}`;
  const { text } = decodeText(bytesOf(expected));
  const failures = [clientDifference(expected, text), serverDifference(expected, text)];
  const failure = failures.filter((lines) => lines !== undefined).join('\n');
  return failure === '' ? { id } : { id, failure };
}

function bytesOf({ input, inputBase64 }: Case): Uint8Array {
  return input === undefined ? Buffer.from(inputBase64 ?? '', 'base64') : Buffer.from(input);
}

/** kubectl's part: the value in its place, or all objects and the error. */
function clientDifference(expected: Case, text: string): string | undefined {
  const { objects, error } = create(text);
  const parsed = objects.map(parseDigits);
  if (expected.type === undefined) {
    const wanted = { objects: expected.objects, error: comparable(expected.error) };
    return difference(wanted, settle(wanted, { objects: parsed, error: comparable(error) }), 'kubectl');
  }
  const place = places[expected.position];
  if (place === undefined) return `kubectl: the place of a ${expected.position} is not known`;
  const value = place.reduce<unknown>(
    (at, step) => (at as Record<string | number, unknown>)?.[step],
    parsed[0],
  );
  const got = { type: typeOf(value), value, error };
  const wanted = { type: expected.type, value: expected.value, error: undefined };
  return difference(wanted, settle(wanted, got), 'kubectl');
}

/** The API server's part: what its decoder and its validation say to the same text. */
function serverDifference({ server }: Case, text: string): string | undefined {
  if (server === undefined) return undefined;
  const { valid, decodeError, errors } = validateNetworkPolicyText(text);
  const got = { valid, decodeError: comparable(decodeError), errors };
  const wanted = {
    valid: server.valid,
    decodeError: comparable(server.decodeError),
    errors: server.errors ?? [],
  };
  return difference(wanted, got, 'server');
}

/** Of an error in the words of the reader of YAML or JSON only its presence counts. */
function comparable(error: string | undefined): string | undefined {
  if (error === undefined) return undefined;
  const readersOwn =
    /^(?:error: )?error parsing STDIN: |^yaml: |^unsupported map key|json parse error: |^error converting|^json: (?:offset|invalid)/;
  const own = error.split('\n').map((line) => (readersOwn.test(line) ? readersError : line));
  return own.join('\n');
}

/** JSON with integers that a double cannot hold as `bigint`, all other numbers as such. */
function parseDigits(json: string): unknown {
  const read = JSON.parse as (
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ) => unknown;
  return read(json, (_key, value, { source }) => {
    const unsafe = typeof value === 'number' && /^-?\d+$/.test(source ?? '') && !Number.isSafeInteger(value);
    return unsafe ? BigInt(source!) : value;
  });
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

/** Where the expected number has lost its digits in reading, rounds ours in the same way; any other `bigint` as text. */
function settle(expected: unknown, got: unknown): unknown {
  if (typeof got === 'bigint') {
    if (typeof expected === 'number') return Number(got);
    return expected === got ? got : String(got);
  }
  if (typeof got !== 'object' || got === null) return got;
  const wanted = (typeof expected === 'object' && expected !== null ? expected : {}) as Record<
    string,
    unknown
  >;
  if (Array.isArray(got)) return got.map((item, i) => settle(wanted[i], item));
  return Object.fromEntries(Object.entries(got).map(([key, value]) => [key, settle(wanted[key], value)]));
}
