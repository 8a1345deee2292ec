import type { Dialect, LogFields, LogPolicy, LogRecord } from '../types.ts';
import { ipOf, portOf, timeBefore } from '../values.ts';

const acl =
  /\bacl_log(?:\([^)|]*\))?\|[A-Z]+\|name="([^"]*)", ?verdict=(allow|drop|reject|pass), ?severity=\w+(?:, ?direction=(to-lport|from-lport))?\s*:\s*(.*)$/;

const decisions: Readonly<Record<string, LogRecord['decision']>> = {
  allow: 'allow',
  drop: 'deny',
  reject: 'deny',
  // On to the tiers below.
  pass: 'none',
};

/** OVN's acl_log, of which OVN-Kubernetes and Kube-OVN make their audit log. Only the name says which of them it is. */
export const ovnAcl: Dialect = {
  name: 'ovn-acl',
  hints: ['acl_log'],
  read: ({ text, json, outerTime }) => {
    if (json !== undefined) return undefined;
    const line = text.slice(0, 10_000);
    const match = acl.exec(line);
    if (match === null) return undefined;
    const [, name = '', verdict = '', port, packet = ''] = match;
    const named = namedBy(name);
    return {
      part: 'whole',
      decision: decisions[verdict]!,
      fields: {
        time: timeBefore(line.slice(0, match.index)) ?? outerTime,
        ...packetOf(packet),
        direction: port === undefined ? named.direction : port === 'to-lport' ? 'ingress' : 'egress',
        policy: named.policy,
      },
    };
  },
};

/** `tcp,vlan_tci=0x0000,…,nw_src=A,nw_dst=B,…,tp_src=p,tp_dst=q,tcp_flags=syn`. */
function packetOf(packet: string): LogFields {
  const [protocol = '', ...parts] = packet.split(/[\s`"]/, 1)[0]!.split(',');
  const ends = /^tcp/.test(protocol) ? /^tcp_flags=/ : /^(?:tp_dst|icmp_code|nd_\w+)=/;
  // Of a line that was cut the last value is half.
  if (!ends.test(parts.at(-1) ?? '')) parts.pop();
  const values = new Map(parts.map((part) => part.split('=', 2) as [string, string | undefined]));
  const known = /^(tcp|udp|sctp|icmp)(6)?$/.exec(protocol);
  return {
    source: { ip: ipOf(values.get('nw_src') ?? values.get('ipv6_src')), port: portOf(values.get('tp_src')) },
    destination: {
      ip: ipOf(values.get('nw_dst') ?? values.get('ipv6_dst')),
      port: portOf(values.get('tp_dst')),
    },
    protocol: protocol === 'icmp6' ? 'ICMPV6' : known?.[1]?.toUpperCase(),
  };
}

interface Named {
  readonly policy?: LogPolicy | undefined;
  readonly direction?: LogFields['direction'];
}

const adminKinds: Readonly<Record<string, string>> = {
  ANP: 'AdminNetworkPolicy',
  BANP: 'BaselineAdminNetworkPolicy',
};

/** The policy in a rule's name; a name that follows none of the known forms is the rule's alone. */
function namedBy(name: string): Named {
  if (name === '' || name === '<unnamed>') return {};
  const kind = 'NetworkPolicy';
  const isolated = /^NP:([^:]+):(Ingress|Egress)$/.exec(name);
  if (isolated !== null)
    return { policy: { kind, namespace: isolated[1] }, direction: directionOf(isolated[2]) };
  const rule = /^NP:([^:]+):([^:]+):(Ingress|Egress)(?::(\d+))?$/.exec(name);
  if (rule !== null) {
    const policy = { kind, namespace: rule[1], name: rule[2], rule: rule[4] };
    return { policy, direction: directionOf(rule[3]) };
  }
  const admin = /^(B?ANP):([^:]+):(Ingress|Egress)(?::(\d+))?$/.exec(name);
  if (admin !== null) {
    const policy = { kind: adminKinds[admin[1]!], name: admin[2], rule: admin[4] };
    return { policy, direction: directionOf(admin[3]) };
  }
  // Kube-OVN. A namespace has no dots.
  const kubeOvn = /^np\/(.+)\.([^./]+)(?:\/(ingress|egress))?\/(?:IPv4|IPv6)\/(\d+)$/.exec(name);
  if (kubeOvn !== null) {
    const policy = { kind, namespace: kubeOvn[2], name: kubeOvn[1], rule: kubeOvn[4] };
    return { policy, direction: kubeOvn[3] === undefined ? undefined : (kubeOvn[3] as 'ingress' | 'egress') };
  }
  // OVN-Kubernetes before 2023. Names in Kubernetes have no underscores.
  const old = /^([a-z0-9-]+)_([a-z0-9.-]+)(?:_(\d+))?$/.exec(name);
  if (old !== null) return { policy: { namespace: old[1], name: old[2], rule: old[3] } };
  return { policy: { rule: name } };
}

function directionOf(word: string | undefined): 'ingress' | 'egress' {
  return word === 'Ingress' ? 'ingress' : 'egress';
}
