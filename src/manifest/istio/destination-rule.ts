import type { ClientTlsMode, DestinationRule, TlsPolicy } from '../../model/index.ts';
import { anything, type Decoder, list as listOf, struct } from '../kit/index.ts';
import { networkingDecoder } from './networking-decoder.ts';
import { enumeration, list, message, string, strings, uint32 } from './proto.ts';

interface TrafficPolicy {
  readonly tls?: { readonly mode?: ClientTlsMode };
  readonly portLevelSettings?: readonly {
    readonly port?: { readonly number?: number };
    readonly tls?: { readonly mode?: ClientTlsMode };
  }[];
}

interface Spec {
  readonly host?: string;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: readonly {
    readonly name?: string;
    readonly labels?: ReadonlyMap<string, string>;
    readonly trafficPolicy?: TrafficPolicy;
  }[];
  readonly exportTo?: readonly string[];
  readonly workloadSelector?: { readonly matchLabels?: ReadonlyMap<string, string> };
}

const labels = { kind: 'map', key: 'string', of: string } as const;
const tls = message({
  mode: enumeration(
    'istio.networking.v1alpha3.ClientTLSSettings.TLSmode',
    'DISABLE',
    'SIMPLE',
    'MUTUAL',
    'ISTIO_MUTUAL',
  ),
});
const trafficPolicy = message({
  tls,
  port_level_settings: list(message({ port: message({ number: uint32 }), tls })),
});
const spec = message({
  host: string,
  traffic_policy: trafficPolicy,
  subsets: list(message({ name: string, labels, traffic_policy: trafficPolicy })),
  export_to: strings,
  workload_selector: message({ match_labels: labels }),
});

const tlsShape = struct('ClientTLSSettings', {
  mode: anything,
  clientCertificate: anything,
  privateKey: anything,
  caCertificates: anything,
  credentialName: anything,
  subjectAltNames: anything,
  sni: anything,
  insecureSkipVerify: anything,
  caCrl: anything,
});
const portSettingsShape = {
  loadBalancer: anything,
  connectionPool: anything,
  outlierDetection: anything,
  tls: tlsShape,
};
const trafficPolicyShape = struct('TrafficPolicy', {
  ...portSettingsShape,
  portLevelSettings: listOf(
    struct('PortTrafficPolicy', { port: struct('PortSelector', { number: anything }), ...portSettingsShape }),
  ),
  tunnel: anything,
  proxyProtocol: anything,
  retryBudget: anything,
});
const shape = struct('DestinationRule', {
  host: anything,
  trafficPolicy: trafficPolicyShape,
  subsets: listOf(struct('Subset', { name: anything, labels: anything, trafficPolicy: trafficPolicyShape })),
  exportTo: anything,
  workloadSelector: struct('WorkloadSelector', { matchLabels: anything }),
});

/** Reads DestinationRule. A `tls` without a mode is DISABLE, the first of the enum. */
export const destinationRuleDecoder: Decoder<DestinationRule> = networkingDecoder(
  'DestinationRule',
  shape,
  spec,
  (head, rule: Spec) => ({
    ...head,
    kind: 'DestinationRule',
    spec: {
      host: rule.host ?? '',
      ...(rule.workloadSelector !== undefined && {
        workloadSelector: Object.fromEntries(rule.workloadSelector.matchLabels ?? []),
      }),
      exportTo: rule.exportTo ?? [],
      ...(rule.trafficPolicy !== undefined && { trafficPolicy: readPolicy(rule.trafficPolicy) }),
      subsets: (rule.subsets ?? []).map((subset) => ({
        name: subset.name ?? '',
        labels: Object.fromEntries(subset.labels ?? []),
        ...(subset.trafficPolicy !== undefined && { trafficPolicy: readPolicy(subset.trafficPolicy) }),
      })),
    },
  }),
);

function readPolicy(policy: TrafficPolicy): TlsPolicy {
  const mode = modeOf(policy.tls);
  const portLevel = new Map<number, ClientTlsMode | undefined>();
  for (const settings of policy.portLevelSettings ?? []) {
    const port = settings.port?.number ?? 0;
    // Of several settings for a port Istio takes the first.
    if (settings.port !== undefined && !portLevel.has(port)) portLevel.set(port, modeOf(settings.tls));
  }
  return { ...(mode !== undefined && { mode }), portLevel };
}

function modeOf(settings: TrafficPolicy['tls']): ClientTlsMode | undefined {
  return settings === undefined ? undefined : (settings.mode ?? 'DISABLE');
}
