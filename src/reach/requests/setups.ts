import type { Condition } from '../../policy/authorization/index.ts';
import { httpMethods } from '../../policy/http/index.ts';
import { textsToTry } from '../../verdict/index.ts';
import { headersTouched, locationsOf, type Setup, type TokenChoice } from './setup.ts';
import { matchesAny } from './slot.ts';
import type { Universe } from './universe.ts';

/**
 * The choices that come before all others, the plain one first; those that can make no difference to the conditions are left out. A token matters where a
 * condition asks for claims or for a header that the JWT filter reads or changes, CONNECT where conditions tell it from every other method.
 */
export function* setupsFor(conditions: readonly Condition[], universe: Universe): Generator<Setup> {
  const methods = conditions.some(asksForMethod) && singlesOutConnect(conditions);
  const plain: Setup = { methods: 'all but CONNECT', token: undefined, preflight: false };
  yield plain;
  const tokens = [...tokenChoices(conditions, universe)];
  for (const token of tokens) yield { ...plain, token };
  if (asksForHeaders(conditions, touchedHeaders(universe)))
    yield { methods: 'OPTIONS', token: undefined, preflight: true };
  if (!methods) return;
  for (const token of [undefined, ...tokens]) yield { methods: 'CONNECT', token, preflight: false };
}

/** A text that is the same for the same choice. */
export function setupKey({ methods, token, preflight }: Setup, { jwtRules }: Universe): string {
  if (token === undefined) return `${methods} ${preflight}`;
  const rule = jwtRules.findIndex((placed) => placed.rule === token.rule);
  return JSON.stringify([methods, rule, token.issuer ?? null, token.location ?? null]);
}

function* tokenChoices(conditions: readonly Condition[], universe: Universe): Generator<TokenChoice> {
  const headers = touchedHeaders(universe);
  const byHeader = asksForHeaders(conditions, headers);
  if (!byHeader && !conditions.some(asksForClaims)) return;
  for (const { rule } of universe.jwtRules) {
    const locations = locationsOf(rule);
    for (const issuer of rule.issuer === '' ? issuersToTry(conditions) : [rule.issuer]) {
      for (const location of byHeader ? locations : locations.slice(0, 1)) yield { rule, issuer, location };
    }
  }
}

function touchedHeaders({ jwtRules }: Universe): ReadonlySet<string> {
  return new Set(jwtRules.flatMap(({ rule }) => headersTouched(rule)));
}

function asksForHeaders(conditions: readonly Condition[], names: ReadonlySet<string>): boolean {
  return conditions.some(
    ({ question }) =>
      question.kind === 'text' && question.input.kind === 'header' && names.has(question.input.name),
  );
}

function asksForClaims({ question }: Condition): boolean {
  return (
    question.kind === 'request principal' || (question.kind === 'text' && question.input.kind === 'claim')
  );
}

/** Issuers that the conditions tell apart, and none. */
function issuersToTry(conditions: readonly Condition[]): readonly (string | undefined)[] {
  const patterns = conditions.flatMap(({ question }) => {
    if (question.kind === 'request principal') return question.tests.map(({ issuer }) => issuer.pattern);
    const asked =
      question.kind === 'text' && question.input.kind === 'claim' && question.input.path[0] === 'iss';
    return asked ? question.tests.map(({ pattern }) => pattern) : [];
  });
  return [...textsToTry(patterns), undefined];
}

function asksForMethod({ question }: Condition): boolean {
  if (question.kind !== 'text') return false;
  const { input } = question;
  return input.kind === 'method' || (input.kind === 'header' && input.name === ':method');
}

function singlesOutConnect(conditions: readonly Condition[]): boolean {
  const tests = conditions
    .filter(asksForMethod)
    .flatMap(({ question }) => (question.kind === 'text' ? [question.tests] : []));
  const connect = tests.map((of) => matchesAny(['CONNECT'], of));
  return ![...httpMethods].some(
    (method) => method !== 'CONNECT' && tests.every((of, i) => matchesAny([method], of) === connect[i]),
  );
}
