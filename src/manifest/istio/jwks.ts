import { type JsonTree, readJson } from './go/index.ts';

/** A key set as istiod reads it: for each key whether it holds private material, or what is wrong in istiod's words. */
export type KeySet = { readonly keys: readonly { readonly private: boolean }[] } | { readonly error: string };

type Key = { readonly private: boolean } | { readonly error: string };
type Members = readonly (readonly [name: string, value: JsonTree])[];

/** Reads `jwks` text as the library of Istio 1.30 (lestrrat-go/jwx v1): a set, or a single key. Certificates are not looked into. */
export function readKeySet(text: string): KeySet {
  const result = readSet(text);
  return 'error' in result ? { error: `failed to unmarshal JWK set: ${result.error}` } : result;
}

function readSet(text: string): KeySet {
  const json = readJson(text);
  if ('error' in json) return json;
  if ('ended' in json) return { error: json.ended === 'before a value' ? 'EOF' : 'unexpected EOF' };
  const set = json.value;
  if (set.kind === 'array') return { error: "expected '{', but got '['" };
  // The library then waits for an object and finds the end instead.
  if (set.kind === 'string') return { error: `failed to decode ${endedAt(set.text)}: EOF` };
  if (set.kind !== 'object') return { error: 'error reading token: EOF' };
  const lists = set.members.filter(([name]) => name === 'keys').map(([, value]) => value);
  if (lists.length === 0) {
    const key = readKey(set);
    return 'error' in key ? { error: `failed to parse sole key in key set: ${key.error}` } : { keys: [key] };
  }
  const keys: { readonly private: boolean }[] = [];
  for (const list of lists) {
    if (list.kind === 'null') continue;
    if (list.kind !== 'array')
      return { error: `failed to decode "keys": ${misfit(list, '[]json.RawMessage')}` };
    for (const [index, item] of list.items.entries()) {
      const key = readKey(item);
      if ('error' in key) return { error: `failed to decode key #${index} in "keys": ${key.error}` };
      keys.push(key);
    }
  }
  return { keys };
}

function endedAt(name: string): string {
  return name === 'keys' ? '"keys"' : `value for key ${JSON.stringify(name)}`;
}

/** Go's error for a JSON value of another type than `type`. */
function misfit(value: JsonTree, type: string): string {
  return `json: cannot unmarshal ${value.kind} into Go value of type ${type}`;
}

interface KeyKind {
  readonly name: string;
  readonly bytes: readonly string[];
  readonly curve: boolean;
  readonly required: readonly string[];
  readonly private: boolean;
}

const rsaPrivate = ['d', 'dp', 'dq', 'p', 'q', 'qi'];
const kinds: ReadonlyMap<string, { readonly open: KeyKind; readonly closed: KeyKind }> = new Map([
  [
    'RSA',
    {
      open: keyKind('rsaPublicKey', ['e', 'n'], false, ['e', 'n'], false),
      closed: keyKind('rsaPrivateKey', ['e', 'n', ...rsaPrivate], false, ['d', 'e', 'n'], true),
    },
  ],
  [
    'EC',
    {
      open: keyKind('ecdsaPublicKey', ['x', 'y'], true, ['crv', 'x', 'y'], false),
      closed: keyKind('ecdsaPrivateKey', ['d', 'x', 'y'], true, ['crv', 'd', 'x', 'y'], true),
    },
  ],
  [
    'OKP',
    {
      open: keyKind('okpPublicKey', ['x'], true, ['crv', 'x'], false),
      closed: keyKind('okpPrivateKey', ['d', 'x'], true, ['crv', 'd', 'x'], true),
    },
  ],
  ['oct', both(keyKind('symmetricKey', ['k'], false, ['k'], true))],
]);

function keyKind(
  name: string,
  bytes: readonly string[],
  curve: boolean,
  required: readonly string[],
  isPrivate: boolean,
): KeyKind {
  return { name, bytes, curve, required, private: isPrivate };
}

function both(kind: KeyKind): { readonly open: KeyKind; readonly closed: KeyKind } {
  return { open: kind, closed: kind };
}

const hintType = 'struct { Kty string "json:\\"kty\\""; D json.RawMessage "json:\\"d\\"" }';

function readKey(tree: JsonTree): Key {
  if (tree.kind !== 'object' && tree.kind !== 'null') {
    return { error: `failed to unmarshal JSON into key hint: ${misfit(tree, hintType)}` };
  }
  const members: Members = tree.kind === 'object' ? tree.members : [];
  let type = '';
  for (const value of named(members, 'kty')) {
    if (value.kind === 'null') continue;
    if (value.kind !== 'string') {
      const problem = `json: cannot unmarshal ${value.kind} into Go struct field .kty of type string`;
      return { error: `failed to unmarshal JSON into key hint: ${problem}` };
    }
    type = value.text;
  }
  const pair = kinds.get(type);
  if (pair === undefined) return { error: `invalid key type from JSON (${type})` };
  const kind = named(members, 'd').length > 0 ? pair.closed : pair.open;
  const error = checkMembers(members, kind);
  if (error === undefined) return { private: kind.private };
  return { error: `failed to unmarshal JSON into key (*jwk.${kind.name}): ${error}` };
}

/** Go finds the fields of a struct whatever their case. */
function named(members: Members, name: string): readonly JsonTree[] {
  return members.filter((member) => member[0].toLowerCase() === name).map((member) => member[1]);
}

const textFields = new Set(['alg', 'kid', 'use', 'x5t', 'x5t#S256', 'x5u']);

function checkMembers(members: Members, kind: KeyKind): string | undefined {
  const present = new Set<string>();
  for (const [name, value] of members) {
    present.add(name);
    const error = checkMember(name, value, kind);
    if (error !== undefined) return `failed to decode value for key ${name}: ${error}`;
  }
  const missing = kind.required.find((name) => !present.has(name));
  return missing === undefined ? undefined : `required field ${missing} is missing`;
}

function checkMember(name: string, value: JsonTree, kind: KeyKind): string | undefined {
  if (value.kind === 'null') return undefined;
  if (name === 'crv' && kind.curve) {
    return value.kind === 'string' ? undefined : misfit(value, 'jwa.EllipticCurveAlgorithm');
  }
  if (name === 'key_ops') return checkTexts(value, 'jwk.KeyOperationList', 'jwk.KeyOperation');
  if (name === 'x5c') {
    const error = checkTexts(value, '[]string', 'string');
    return error === undefined ? undefined : `failed to unmarshal JSON into []string: ${error}`;
  }
  const isBytes = kind.bytes.includes(name);
  if (!isBytes && !textFields.has(name)) return undefined;
  if (value.kind !== 'string') return `error reading next value: ${misfit(value, 'string')}`;
  return isBytes && !isBase64(value.text) ? 'expected base64 encoded []byte (string)' : undefined;
}

function checkTexts(value: JsonTree, listType: string, itemType: string): string | undefined {
  if (value.kind !== 'array') return misfit(value, listType);
  const bad = value.items.find((item) => item.kind !== 'string' && item.kind !== 'null');
  return bad === undefined ? undefined : misfit(bad, itemType);
}

/** Base64 in either alphabet, but not both at once; padding is either right or absent. Line ends are skipped. */
function isBase64(text: string): boolean {
  const digits = text.replace(/[\r\n]/g, '');
  const alphabet = /[+/]/.test(text) ? /^[A-Za-z0-9+/]*$/ : /^[A-Za-z0-9_-]*$/;
  if (!text.endsWith('=')) return alphabet.test(digits) && digits.length % 4 !== 1;
  const bare = digits.replace(/={1,2}$/, '');
  return digits.length % 4 === 0 && alphabet.test(bare);
}
