import type { HttpRequest, ProxiedRequest } from '../../model/index.ts';
import { isBadRequest, receiveRequest } from '../../policy/http/index.ts';
import { judgeTokens, withTokenHeaders } from '../../verdict/index.ts';
import type { RequestWitness } from './types.ts';
import type { Universe, UniverseConnection } from './universe.ts';

const plaintext: UniverseConnection = { identity: undefined };

/** What the rules of a proxy see of a request that is complete; undefined for one that the proxy refuses or may refuse before it asks them. */
export function arriveAtRules(witness: RequestWitness, universe: Universe): ProxiedRequest | undefined {
  const { identity, ownIdentity, gateway = false } = universe.connection ?? plaintext;
  const { http, jwt } = witness;
  const sent: HttpRequest = withTokenHeaders(http, jwt);
  const received = receiveRequest(sent, true, universe.mesh, {
    peerAddress: '192.0.2.1',
    identity,
    ownIdentity,
    gateway,
  });
  if (isBadRequest(received)) return undefined;
  const { result, request } = judgeTokens(universe.jwtRules, http, { jwt, complete: true }, received);
  return result.outcome === 'deny' || result.outcome === 'unknown' ? undefined : request;
}
