import type { JwtRule } from '../../model/index.ts';

/** A token's payload as rules read it. */
export type Claims = Readonly<Record<string, unknown>>;

/** The payload as the JWT filter leaves it: `scope`, `permission` and the claims that the rule names become lists, cut at blanks. */
export function normalizeClaims(claims: Claims, rule: Pick<JwtRule, 'spaceDelimitedClaims'>): Claims {
  const lists = new Set(['scope', 'permission', ...rule.spaceDelimitedClaims]);
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      lists.has(name) && typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : value,
    ]),
  );
}
