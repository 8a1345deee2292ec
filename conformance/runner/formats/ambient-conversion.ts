import { convertForZtunnel } from '../../../src/policy/authorization/index.ts';
import { convertPeerAuthentication } from '../../../src/policy/peer-authentication/index.ts';
import { compared } from '../diff.ts';
import type { CaseResult } from '../format.ts';
import { buildLeniently, readLeniently } from '../lenient.ts';
import { inFixedOrder, toProtobufJson } from '../workload-api-json.ts';

export interface ConversionCase {
  readonly name: string;
  readonly objects: readonly unknown[];
  readonly converted: Readonly<Record<string, unknown>> | null;
}

/** Compares what istiod sends for one AuthorizationPolicy, or one PeerAuthentication with a selector among its parents. */
export function checkConversion({ name, objects, converted }: ConversionCase): CaseResult {
  const cluster = buildLeniently(objects, { rootNamespace: 'istio-system' });
  const read = readLeniently(objects);
  const authorization = read.find((object) => object.kind === 'AuthorizationPolicy');
  const peer = read
    .filter((object) => object.kind === 'PeerAuthentication')
    .find((object) => object.spec.selector !== undefined);
  const policy =
    (authorization && convertForZtunnel(cluster.mesh, authorization)) ??
    (peer && convertPeerAuthentication(cluster, peer));
  const got = policy === undefined ? null : toProtobufJson(policy);
  return compared(`conversion: ${name}`, inFixedOrder(converted), inFixedOrder(got));
}
