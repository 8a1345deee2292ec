import { objectOf } from '../object-of.ts';
import type { Dialect, LogEnd, LogFields, LogPolicy, LogRecord } from '../types.ts';
import { ipOf, pathOf, portOf, textOf } from '../values.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Flows of Cilium's Hubble: `hubble observe -o json` and the exporter's files, one object a line. */
export const hubbleJson: Dialect = {
  name: 'hubble-json',
  // An audit may say nothing else: its zeros are left out. The second is how it stands inside JSON.
  hints: [
    'DROPPED',
    '"AUDIT"',
    '"AUDIT\\',
    'POLICY_DENIED',
    'policy_match_type',
    '_denied_by',
    '_allowed_by',
  ],
  read: ({ json, outerTime }) => {
    if (json === undefined) return undefined;
    const flow = objectOf(json.flow) ?? json;
    const verdict = textOf(flow.verdict);
    if (verdict === undefined) return undefined;
    const decision = decisionOf(flow, verdict);
    if (decision === undefined) return { part: 'other' };
    const time = textOf(flow.time) ?? textOf(json.time) ?? outerTime;
    return { part: 'whole', decision, fields: { time, ...fieldsOf(flow) } };
  },
};

/** Drops for reasons other than a policy, and traces of packets on their way, decide nothing. */
function decisionOf(flow: JsonObject, verdict: string): LogRecord['decision'] | undefined {
  const event = objectOf(flow.event_type)?.type;
  const byPolicy = event === 5 || flow.policy_match_type !== undefined;
  if (verdict === 'AUDIT') return 'none';
  if (verdict === 'FORWARDED' || verdict === 'REDIRECTED') return byPolicy ? 'allow' : undefined;
  if (verdict !== 'DROPPED') return undefined;
  const reason = textOf(flow.drop_reason_desc);
  const denied =
    reason === undefined
      ? [133, 181].includes(Number(flow.drop_reason)) || byPolicy || objectOf(flow.l7) !== undefined
      : /^POLICY_DEN/.test(reason);
  return denied ? 'deny' : undefined;
}

function fieldsOf(flow: JsonObject): LogFields {
  const l4 = Object.entries(objectOf(flow.l4) ?? {})[0];
  const ports = objectOf(l4?.[1]);
  const address = objectOf(flow.IP);
  const service = objectOf(flow.destination_service);
  const http = objectOf(objectOf(flow.l7)?.http);
  const direction = textOf(flow.traffic_direction)?.toLowerCase();
  return {
    source: { ip: ipOf(address?.source), port: portOf(ports?.source_port), ...endOf(flow.source) },
    destination: {
      ip: ipOf(address?.destination),
      port: portOf(ports?.destination_port),
      ...endOf(flow.destination),
      service: textOf(service?.name),
    },
    protocol: l4 === undefined ? undefined : l4[0] === 'ICMPv4' ? 'ICMP' : l4[0].toUpperCase(),
    direction: direction === 'ingress' || direction === 'egress' ? direction : undefined,
    policy: policyOf(flow),
    method: textOf(http?.method),
    path: pathOf(textOf(http?.url)?.replace(/^[a-z]+:\/\/[^/]*/, '')),
    status: Number(http?.code) || undefined,
    reason: textOf(flow.drop_reason_desc) ?? textOf(flow.policy_match_type),
  };
}

function endOf(value: unknown): LogEnd {
  const end = objectOf(value);
  const workload = Array.isArray(end?.workloads) ? objectOf(end.workloads[0]) : undefined;
  return { namespace: textOf(end?.namespace), pod: textOf(end?.pod_name), workload: textOf(workload?.name) };
}

const lists = ['ingress_denied_by', 'egress_denied_by', 'ingress_allowed_by', 'egress_allowed_by'] as const;

/** The first of the policies that the flow names; its labels say what a policy was made from. */
function policyOf(flow: JsonObject): LogPolicy | undefined {
  for (const key of lists) {
    const list = flow[key];
    const policy = Array.isArray(list) ? objectOf(list[0]) : undefined;
    if (policy === undefined) continue;
    const labels = Array.isArray(policy.labels)
      ? policy.labels.filter((label) => typeof label === 'string')
      : [];
    const from = 'k8s:io.cilium.k8s.policy.derived-from=';
    const kind = labels.find((label) => label.startsWith(from))?.slice(from.length);
    return {
      kind: textOf(policy.kind) ?? kind,
      namespace: textOf(policy.namespace),
      name: textOf(policy.name),
    };
  }
  return undefined;
}
