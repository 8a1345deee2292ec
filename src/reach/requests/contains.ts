import { all, and, any, not, type ProxiedRequest, type Truth } from '../../model/index.ts';
import { conditionHolds, type Subject } from '../../policy/authorization/index.ts';
import type { Conjunction, RequestSet } from './types.ts';

/**
 * Is the request in the set? Unknown where it turns on something that is not said. `identity`: the client's, without `spiffe://`; only the scheme of a
 * request shows it.
 */
export function contains(set: RequestSet, proxied: ProxiedRequest, identity?: string): Truth {
  const subject: Subject = {
    connection: {
      identity,
      sourceAddress: '',
      destinationAddress: '',
      destinationPort: 0,
      sni: undefined,
    },
    request: proxied,
    metadataOpen: false,
  };
  return any(set, ({ any: wanted, none }) => and(holdsAny(wanted, subject), not(holdsAny(none, subject))));
}

function holdsAny(conjunctions: readonly Conjunction[], subject: Subject): Truth {
  return any(conjunctions, (conditions) =>
    all(conditions, (condition) => conditionHolds(condition, subject)),
  );
}
