import { parseRange } from '../../../model/index.ts';
import type { CaptureSettings } from './settings.ts';

/** SO_MARK of what a sidecar sends itself. Istio tells it by the proxy's user id; only one user is mapped here. */
export const proxyMark = 1337;

/** Source address of what a sidecar passes on to its own application. */
export const passthroughAddress = '127.0.0.6';

/**
 * The redirects of a pod's network namespace, for `nft`. Chains and the order of their rules are those of istio-iptables.
 * Source: istio tools/istio-nftables/pkg/capture/run.go.
 */
export function captureRules(settings: CaptureSettings): string {
  const { outboundPort, inboundPort, tunnelPort } = settings;
  return [
    'table ip istio-proxy-nat {',
    '  chain prerouting {',
    '    type nat hook prerouting priority dstnat; policy accept;',
    ...(settings.includeInboundPorts === '' ? [] : ['    meta l4proto tcp counter jump istio-inbound']),
    '  }',
    '  chain output {',
    '    type nat hook output priority -100; policy accept;',
    '    counter jump istio-output',
    '  }',
    '  chain istio-redirect {',
    `    meta l4proto tcp counter redirect to :${outboundPort}`,
    '  }',
    '  chain istio-in-redirect {',
    `    meta l4proto tcp counter redirect to :${inboundPort}`,
    '  }',
    '  chain istio-inbound {',
    `    tcp dport ${tunnelPort} counter return`,
    ...inbound(settings).map((rule) => `    ${rule}`),
    '  }',
    '  chain istio-output {',
    ...outbound(settings).map((rule) => `    ${rule}`),
    '  }',
    '}',
    '',
  ].join('\n');
}

function inbound({ includeInboundPorts, excludeInboundPorts }: CaptureSettings): readonly string[] {
  if (includeInboundPorts !== '*') {
    return ports(includeInboundPorts).map((port) => `tcp dport ${port} counter jump istio-in-redirect`);
  }
  const left = ports(excludeInboundPorts).map((port) => `tcp dport ${port} counter return`);
  return [...left, 'meta l4proto tcp counter jump istio-in-redirect'];
}

function outbound(settings: CaptureSettings): readonly string[] {
  const { tunnelPort, includeOutboundRanges, excludeOutboundRanges } = settings;
  const own = `meta mark ${proxyMark}`;
  const includesLoopback = ranges(includeOutboundRanges).some((range) => range.startsWith('127.'));
  return [
    ...ports(settings.excludeOutboundPorts).flatMap((port) => [
      `tcp dport ${port} counter return`,
      `udp dport ${port} counter return`,
    ]),
    `oifname "lo" ip saddr ${passthroughAddress} counter return`,
    // What a pod sends to itself by a Service's address comes back to its own proxy.
    `oifname "lo" meta l4proto tcp ip daddr != 127.0.0.1 tcp dport != ${tunnelPort} ${own} counter jump istio-in-redirect`,
    // What the application sends to itself by the pod's own address stays as it is.
    ...(includesLoopback ? [] : [`oifname "lo" meta mark != ${proxyMark} counter return`]),
    `${own} counter return`,
    'ip daddr 127.0.0.1 counter return',
    ...ranges(excludeOutboundRanges).map((range) => `ip daddr ${range} counter return`),
    ...ports(settings.includeOutboundPorts).map((port) => `tcp dport ${port} counter jump istio-redirect`),
    ...(includeOutboundRanges === '*'
      ? ['counter jump istio-redirect']
      : ranges(includeOutboundRanges).map((range) => `ip daddr ${range} counter jump istio-redirect`)),
  ];
}

/** Ports between commas; what is no port is passed over, so that nothing else gets into a rule. */
function ports(list: string): readonly string[] {
  return split(list).filter((part) => /^\d{1,5}$/.test(part) && Number(part) <= 65535);
}

/** IPv4 ranges between commas. */
function ranges(list: string): readonly string[] {
  return split(list).filter((part) => parseRange(part)?.family === 4);
}

function split(list: string): readonly string[] {
  return list.split(',').map((part) => part.trim());
}
