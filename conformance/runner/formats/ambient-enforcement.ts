import { type Cluster, type WorkloadPolicy, workloadPolicyKey } from '../../../src/cluster/index.ts';
import { validateIstioObject } from '../../../src/manifest/istio/index.ts';
import type { AuthorizationPolicy, Connection, Labels } from '../../../src/model/index.ts';
import {
  convertForZtunnel,
  policyMatches,
  ztunnelKeysListed,
  ztunnelStatus,
} from '../../../src/policy/authorization/index.ts';
import {
  workloadPoliciesSent,
  workloadPolicyKeysListed,
} from '../../../src/policy/peer-authentication/index.ts';
import { judgeAtZtunnel } from '../../../src/verdict/index.ts';
import { compared } from '../diff.ts';
import type { CaseResult } from '../format.ts';
import { buildLeniently } from '../lenient.ts';
import { inFixedOrder, toProtobufJson } from '../workload-api-json.ts';

export interface EnforcementCase {
  readonly name: string;
  readonly objects: readonly unknown[];
  readonly workloads: readonly FileWorkload[];
  readonly connections: readonly FileConnection[];
  /** istiod's words about objects that its webhook refuses, by `KIND/NAMESPACE/NAME`. */
  readonly rejectedByValidation?: Readonly<Record<string, string>> | null;
  readonly converted: readonly { readonly key: string; readonly policy: Readonly<Record<string, unknown>> }[];
  readonly status: readonly { readonly object: string; readonly bound: boolean; readonly status: unknown }[];
}

interface FileObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

interface FileWorkload {
  readonly namespace: string;
  readonly labels?: Labels | null;
  readonly attached?: readonly string[] | null;
}

interface FileConnection {
  /** Index into the case's workloads. */
  readonly workload: number;
  readonly srcIp: string;
  readonly dstIp: string;
  readonly port: number;
  readonly identity: string | null;
  readonly expect: 'allow' | 'deny';
  readonly reason?: string;
  readonly matches: readonly string[];
}

/** Compares what is sent, listed and said of random policies, and what becomes of each connection; before that, what the webhook refuses. */
export function checkEnforcement(one: EnforcementCase): CaseResult {
  const cluster = buildLeniently(one.objects, {
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
  });
  const policies = [...cluster.policies.authorization.values()].flat();
  const sent = [
    ...policies
      .map((policy) => convertForZtunnel(cluster.mesh, policy))
      .filter((policy) => policy !== undefined),
    ...workloadPoliciesSent(cluster),
  ];
  const expected = {
    refused: byKey(
      Object.entries(one.rejectedByValidation ?? {}).map(([object, text]) => [object, linesOf(text)]),
    ),
    converted: byKey(one.converted.map(({ key, policy }) => [key, inFixedOrder(policy)])),
    status: byKey(one.status.map(({ object, ...status }) => [object, status])),
    attached: one.workloads.map(({ attached }) => distinct(attached ?? [])),
    connections: one.connections.map(({ expect, reason, matches }) => ({
      expect,
      reason,
      matches: distinct(matches),
    })),
  };
  const got = {
    refused: byKey(one.objects.flatMap(refusalOf)),
    converted: byKey(sent.map((policy) => [workloadPolicyKey(policy), inFixedOrder(toProtobufJson(policy))])),
    status: byKey(policies.flatMap((policy) => statusOf(cluster, policy))),
    attached: one.workloads.map((workload) => listedOn(cluster, workload)),
    connections: one.connections.map((connection) => judge(cluster, one.workloads, sent, connection)),
  };
  return compared(one.name, expected, got);
}

function refusalOf(object: unknown): readonly (readonly [string, unknown])[] {
  const { apiVersion, kind, metadata } = object as FileObject;
  const { errors } = validateIstioObject(object);
  if (!apiVersion.startsWith('security.istio.io/') || errors.length === 0) return [];
  return [[`${kind}/${metadata.namespace}/${metadata.name}`, linesOf(errors.join('\n'))]];
}

/**
 * The lines of errors, sorted: their order means nothing, and an error may itself hold a list (`\t* ERROR` for each). A text of
 * istiod's is one error alone, or a list of several under a heading with their number.
 */
function linesOf(text: string): readonly string[] {
  const lines = text.replace(/^\d+ errors? occurred:\n/, '').split('\n');
  return lines
    .map((line) => line.replace(/^\t\* /, ''))
    .filter((line) => line !== '')
    .toSorted();
}

function statusOf(cluster: Cluster, policy: AuthorizationPolicy): readonly [string, unknown][] {
  const status = ztunnelStatus(cluster.mesh, policy);
  if (status === undefined) return [];
  const { bound, complaint } = status;
  const said = complaint === undefined ? null : { Reason: complaint.reason, Message: complaint.message };
  const { namespace, name } = policy.metadata;
  return [[`AuthorizationPolicy/${namespace}/${name}`, { bound, status: said }]];
}

function listedOn(cluster: Cluster, { namespace, labels }: FileWorkload): readonly string[] {
  const workload = { namespace, labels: labels ?? {} };
  return distinct([...ztunnelKeysListed(cluster, workload), ...workloadPolicyKeysListed(cluster, workload)]);
}

function judge(
  cluster: Cluster,
  workloads: readonly FileWorkload[],
  sent: readonly WorkloadPolicy[],
  given: FileConnection,
): unknown {
  const { namespace, labels } = workloads[given.workload]!;
  const connection: Connection = {
    identity: given.identity?.replace(/^spiffe:\/\//, ''),
    sourceAddress: given.srcIp,
    destinationAddress: given.dstIp,
    destinationPort: given.port,
    sni: undefined,
  };
  const { outcome, rejection, deniedBy } = judgeAtZtunnel(
    cluster,
    { namespace, labels: labels ?? {} },
    connection,
  );
  const reasons = deniedBy.map((policy) => `explicitly denied by: ${workloadPolicyKey(policy)}`);
  return {
    expect: outcome,
    // Of several DENY policies that match, ztunnel names any one.
    reason: given.reason !== undefined && reasons.includes(given.reason) ? given.reason : rejection,
    matches: distinct(
      sent.filter((policy) => policyMatches(policy, connection) === true).map(workloadPolicyKey),
    ),
  };
}

function byKey(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries);
}

function distinct(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)].toSorted();
}
