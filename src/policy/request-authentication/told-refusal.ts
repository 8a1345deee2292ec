import { type Refusal, wrongIssuer } from './check-token.ts';

/** A rule that refuses a request, and the ways in which it may: several where they turn on claims that are not said. */
export interface RuleRefusal<Rule> {
  readonly refusals: readonly Refusal[];
  readonly by: Rule;
}

/** A refusal that a client may see, and the rule that it is of. */
export interface ToldRefusal<Rule> {
  readonly refusal: Refusal;
  readonly by: Rule;
}

/**
 * What the client may be told where every rule that found a token refuses it: the first rule's refusal; where that only finds the issuer foreign, the last
 * refusal for another reason, if there is one. One refusal unless some rule may refuse in several ways; none where no rule found a token. Observed.
 */
export function refusalsTold<Rule>(rules: readonly RuleRefusal<Rule>[]): readonly ToldRefusal<Rule>[] {
  const [first] = rules;
  if (first === undefined) return [];
  const told = ownReasons(first);
  if (told.length === first.refusals.length) return told;
  for (const rule of rules.slice(1).reverse()) {
    const own = ownReasons(rule);
    told.push(...own);
    if (own.length === rule.refusals.length) return told;
  }
  return [...told, { refusal: wrongIssuer, by: first.by }];
}

function ownReasons<Rule>({ refusals, by }: RuleRefusal<Rule>): ToldRefusal<Rule>[] {
  return refusals.filter(({ text }) => text !== wrongIssuer.text).map((refusal) => ({ refusal, by }));
}
