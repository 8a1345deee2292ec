import type { HttpRequest, Token } from '../../model/index.ts';
import type { Condition } from '../../policy/authorization/index.ts';

/** Conditions on an HTTP request that must all hold; none = every request. */
export type Conjunction = readonly Condition[];

/** The requests for which one of `any` holds and none of `none`. */
export interface Piece {
  readonly any: readonly Conjunction[];
  readonly none: readonly Conjunction[];
}

/**
 * A set of HTTP requests: those in any of its pieces; no piece = no request. Its conditions ask of the request only (method, path, host, headers, claims, request
 * principal): what a connection decides (ports, principals, addresses) has been decided before.
 */
export type RequestSet = readonly Piece[];

/** A request that shows something: everything that is not said is absent. */
export interface RequestWitness {
  readonly http: HttpRequest;
  readonly jwt: 'none' | Token;
}
