import type { HttpRequest, InvalidToken, JwtRule, Token } from '../../../model/index.ts';
import { type FoundToken, findTokenTexts } from './find-texts.ts';
import type { KeySets, Signature } from './key-sets.ts';

/** Envoy's allowance for clocks that differ, in seconds. */
const clockSkew = 60;

/** The tokens of a real request, told as the engine wants them told. */
export interface DescribedTokens {
  readonly jwt: readonly Token[];
  /** The request without the tokens. */
  readonly http: HttpRequest;
  /** The payload of each token as it was written, by the token. */
  readonly payloads: ReadonlyMap<Token, string>;
}

/** Finds the tokens of a request, takes them apart and verifies them against the rules whose issuer they name. */
export async function describeTokens(
  rules: readonly JwtRule[],
  http: HttpRequest,
  keySets: KeySets,
): Promise<DescribedTokens> {
  const { found, http: rest } = findTokenTexts(rules, http);
  const payloads = new Map<Token, string>();
  const jwt: Token[] = [];
  for (const each of found) {
    const token = await describe(each, rules, keySets);
    jwt.push(token);
    payloads.set(token, each.text.split('.')[1] ?? '');
  }
  return { jwt, http: rest, payloads };
}

async function describe(
  { text, location }: FoundToken,
  rules: readonly JwtRule[],
  keySets: KeySets,
): Promise<Token> {
  const [header, claims] = text.split('.', 2).map(readPart);
  if (header === undefined || claims === undefined) return { invalid: 'malformed', location };
  const invalid = lateness(claims) ?? (await signatureTrouble(text, claims, rules, keySets));
  return { claims, location, ...(invalid === undefined ? {} : { invalid }) };
}

function lateness({ exp, nbf }: Readonly<Record<string, unknown>>): InvalidToken | undefined {
  const now = Math.floor(Date.now() / 1000);
  if (typeof nbf === 'number' && now + clockSkew < nbf) return 'not-yet-valid';
  if (typeof exp === 'number' && exp !== 0 && now > exp + clockSkew) return 'expired';
  return undefined;
}

/** A signature that any rule finds good is good; else what the first rule of its issuer says. */
async function signatureTrouble(
  text: string,
  claims: Readonly<Record<string, unknown>>,
  rules: readonly JwtRule[],
  keySets: KeySets,
): Promise<InvalidToken | undefined> {
  const results: Signature[] = [];
  for (const rule of rules) {
    if (rule.issuer === '' || rule.issuer === claims.iss) results.push(await keySets.verify(text, rule));
  }
  const [first] = results;
  return first === undefined || first === 'good' || results.includes('good') ? undefined : first;
}

/** A part of a token: JSON in base64url. undefined where it is no object. */
function readPart(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
