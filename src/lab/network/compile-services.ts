import type { Endpoint, EndpointSlice, Service, ServicePort } from '../store/index.ts';
import type { RulesetWriter } from './ruleset.ts';
import type { NetworkPlan } from './types.ts';

/** One port of a Service, at each address that leads to it. */
interface Frontend {
  /** `10.96.0.1 . tcp . 80`. */
  readonly keys: readonly string[];
  /** `svc/NAMESPACE/NAME/tcp/80`. */
  readonly chain: string;
  readonly protocol: string;
  /** `10.244.0.2 . 8080`. */
  readonly backends: readonly string[];
  /** The same client always gets the same backend, as long as these stay. */
  readonly sticky: boolean;
}

/**
 * Writes Services as kube-proxy does: the destination of a new connection is rewritten to a ready endpoint's, drawn at random for each connection (by the client's address with
 * sessionAffinity ClientIP, however long ago), and a port without a ready endpoint refuses. ClusterIPs, externalIPs, load balancers' addresses and node ports; the client's address stays
 * in all cases, but for a pod that reaches itself: it sees the node. A port that a Service does not have answers nothing. Headless Services and ExternalNames need nothing.
 */
export function compileServices(
  writer: RulesetWriter,
  plan: NetworkPlan,
  services: readonly Service[],
  slices: readonly EndpointSlice[],
): void {
  const frontends = frontendsOf(plan, services, slices);
  const open = frontends.filter(({ backends }) => backends.length > 0);
  const closed = frontends.filter(({ backends }) => backends.length === 0).flatMap(({ keys }) => keys);
  for (const { chain, protocol, backends, sticky } of open)
    writer.chain(chain, [`meta l4proto ${protocol} dnat ip to ${choiceOf(backends, sticky)}`]);
  const asked = 'ip daddr . meta l4proto . th dport';
  const ways = open.flatMap(({ keys, chain }) => keys.map((key) => `${key} : goto ${chain}`));
  writer.chain('services', ways.length === 0 ? [] : [`${asked} vmap { ${ways.join(', ')} }`]);
  const refusal = closed.length === 0 ? [] : [`${asked} { ${closed.join(', ')} } reject`];
  // What a Service does not list is asked of no policy: it would only look as if one had dropped it.
  const clusterAddresses = [...new Set(services.flatMap(clusterAddressesOf))];
  const unlisted =
    clusterAddresses.length === 0
      ? []
      : [`ip daddr ${writer.set('cluster-ips', 'ipv4_addr', clusterAddresses)} drop`];
  writer.chain('services-prerouting', [
    'type nat hook prerouting priority dstnat; policy accept;',
    'goto services',
  ]);
  writer.chain('services-output', ['type nat hook output priority -100; policy accept;', 'goto services']);
  writer.chain('services-refused', [
    'type filter hook forward priority filter - 1; policy accept;',
    ...refusal,
    ...unlisted,
  ]);
  for (const hook of ['input', 'output'])
    writer.chain(`services-refused-${hook}`, [
      `type filter hook ${hook} priority filter - 1; policy accept;`,
      ...refusal,
    ]);
  const own = [...new Set(open.flatMap(({ backends }) => backends.map((each) => each.split(' ')[0]!)))];
  const hairpin = writer.set(
    'hairpin',
    'ipv4_addr . ipv4_addr',
    own.map((each) => `${each} . ${each}`),
  );
  writer.chain('services-postrouting', [
    'type nat hook postrouting priority srcnat; policy accept;',
    `ct status dnat ip saddr . ip daddr ${hairpin} snat ip to ${plan.nodeAddress}`,
  ]);
}

function choiceOf(backends: readonly string[], sticky: boolean): string {
  if (backends.length === 1) return backends[0]!.replace(' . ', ':');
  const draw = sticky ? 'jhash ip saddr' : 'numgen random';
  const targets = backends.map((backend, i) => `${i} : ${backend}`);
  return `${draw} mod ${backends.length} map { ${targets.join(', ')} }`;
}

/** Of two Services that claim one address and port, the first given has it. */
function frontendsOf(
  plan: NetworkPlan,
  services: readonly Service[],
  slices: readonly EndpointSlice[],
): readonly Frontend[] {
  const byService = Map.groupBy(
    slices.filter(({ addressType }) => addressType === 'IPv4'),
    ({ metadata }) => `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`,
  );
  const taken = new Set<string>();
  return services.flatMap((service) => {
    const { namespace, name } = service.metadata;
    if (service.spec.type === 'ExternalName') return [];
    const own = byService.get(`${namespace}/${name}`) ?? [];
    return (service.spec.ports ?? []).flatMap((port): readonly Frontend[] => {
      const protocol = (port.protocol ?? 'TCP').toLowerCase();
      const keys = keysOf(plan, service, port, protocol).filter((key) => !taken.has(key));
      for (const key of keys) taken.add(key);
      if (keys.length === 0) return [];
      return [
        {
          keys,
          chain: `svc/${namespace}/${name}/${protocol}/${port.port}`,
          protocol,
          backends: backendsOf(own, port),
          sticky: service.spec.sessionAffinity === 'ClientIP',
        },
      ];
    });
  });
}

function keysOf(plan: NetworkPlan, service: Service, port: ServicePort, protocol: string): readonly string[] {
  const addresses = [...clusterAddressesOf(service), ...externalAddressesOf(service)];
  const keys = addresses.map((address) => `${address} . ${protocol} . ${port.port}`);
  if (port.nodePort !== undefined && port.nodePort > 0)
    keys.push(`${plan.nodeAddress} . ${protocol} . ${port.nodePort}`);
  return [...new Set(keys)];
}

function clusterAddressesOf({ spec }: Service): readonly string[] {
  const { clusterIP, clusterIPs = clusterIP === undefined ? [] : [clusterIP] } = spec;
  return clusterIPs.filter(isIpv4);
}

function externalAddressesOf({ spec, status }: Service): readonly string[] {
  const external = Array.isArray(spec.externalIPs) ? spec.externalIPs : [];
  const { loadBalancer } = (status ?? {}) as {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
  };
  const balanced = (loadBalancer?.ingress ?? []).map(({ ip }) => ip);
  return [...external, ...balanced].filter(isIpv4);
}

/** Ready endpoints; where there are none, those that are ending and still serve. Source: kube-proxy's CategorizeEndpoints. */
function backendsOf(slices: readonly EndpointSlice[], { name = '' }: ServicePort): readonly string[] {
  const ready: string[] = [];
  const ending: string[] = [];
  for (const { endpoints, ports = [] } of slices) {
    const number = ports.find((port) => (port.name ?? '') === name)?.port;
    if (number === undefined) continue;
    for (const endpoint of endpoints ?? []) {
      const address = endpoint.addresses.find(isIpv4);
      if (address === undefined) continue;
      if (isReady(endpoint)) ready.push(`${address} . ${number}`);
      else if (stillServes(endpoint)) ending.push(`${address} . ${number}`);
    }
  }
  return [...new Set(ready.length > 0 ? ready : ending)].sort();
}

function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready !== false;
}

function stillServes({ conditions }: Endpoint): boolean {
  return conditions?.serving === true && conditions.terminating === true;
}

function isIpv4(text: unknown): text is string {
  return typeof text === 'string' && /^\d+\.\d+\.\d+\.\d+$/.test(text);
}
