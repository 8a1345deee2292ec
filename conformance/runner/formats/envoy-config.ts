import { buildCluster, type Cluster } from '../../../src/cluster/index.ts';
import { inboundListener } from '../../../src/istio/envoy/index.ts';
import { readManifests } from '../../../src/manifest/index.ts';
import type { Labels } from '../../../src/model/index.ts';
import { difference } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';

interface FileMesh {
  readonly rootNamespace: string;
  readonly pathNormalization?: string;
  readonly validatePeerTrustDomain?: boolean;
}

interface FileFilter {
  readonly name: string;
  readonly typed_config?: Readonly<Record<string, unknown>>;
}

interface FileStack {
  readonly network: readonly (string | FileFilter)[];
  readonly http?: { readonly options: object; readonly filters: readonly (string | FileFilter)[] };
}

interface FileChain {
  readonly name: string;
  readonly match: object;
  readonly stack: number;
  readonly tls?: object;
}

/** One policy set, and the chains and filters that Istio made of it. */
interface ConfigCase {
  readonly id: string;
  readonly mesh: FileMesh;
  readonly workload: {
    readonly namespace: string;
    readonly name: string;
    readonly labels: Labels;
    readonly serviceAccount: string;
    readonly ports: readonly { readonly port: number; readonly protocol: string }[];
  };
  readonly policies: readonly unknown[];
  readonly chains: readonly FileChain[];
  readonly stacks: readonly FileStack[];
}

/** Listeners that Istio's own code built. */
export const envoyConfig: Format = {
  name: "a sidecar's inbound listener",
  recognises: ({ cases }) => Array.isArray(cases) && cases[0]?.stacks !== undefined,
  *run(data) {
    for (const one of data.cases as readonly ConfigCase[]) yield checkCase(one);
  },
};

function checkCase(one: ConfigCase): CaseResult {
  const cluster = clusterOfCase(one);
  const pod = cluster.pods.get(`${one.workload.namespace}/${one.workload.name}`);
  if (pod === undefined) throw new Error(`${one.id}: the workload is not in its cluster`);
  const got = inboundListener(cluster, pod).filter_chains.map(seenChain);
  const expected = one.chains.map(({ stack, ...chain }) => ({ ...chain, ...one.stacks[stack]! }));
  const failure = difference(byMatch(expected), byMatch(got));
  return failure === undefined ? { id: one.id } : { id: one.id, failure };
}

type Seen = Pick<FileChain, 'name' | 'match' | 'tls'> & FileStack;

/** Chains have no order: each by what it matches. Key sets are compared as JSON, not as text. */
function byMatch(chains: readonly Seen[]): object {
  const keyed = chains.map(
    (chain) => [`${chain.name} ${JSON.stringify(chain.match)}`, keysRead(chain)] as const,
  );
  if (new Set(keyed.map(([key]) => key)).size < keyed.length) throw new Error('two chains match the same');
  return Object.fromEntries(keyed);
}

function keysRead(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(keysRead);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      key === 'inline_string' ? JSON.parse(String(field)) : keysRead(field),
    ]),
  );
}

const shown = /\.(rbac|jwt_authn|ext_authz)$/;
const optionNames = [
  'normalize_path',
  'merge_slashes',
  'path_with_escaped_slashes_action',
  'use_remote_address',
  'forward_client_cert_details',
  'set_current_client_cert_details',
  'upgrade_configs',
];

/** A chain of the listener, reduced to what the file says of one. */
function seenChain(chain: ReturnType<typeof inboundListener>['filter_chains'][number]): Seen {
  const { name, filter_chain_match: match, filters, transport_socket: socket } = chain;
  const manager = filters.find((filter) => filter.name.endsWith('.http_connection_manager'))?.typed_config;
  const tls = socket?.typed_config as SeenTls | undefined;
  return {
    name,
    match,
    network: filters.map(seenFilter),
    ...(tls !== undefined && { tls: seenTls(tls) }),
    ...(manager !== undefined && {
      http: {
        options: Object.fromEntries(Object.entries(manager).filter(([key]) => optionNames.includes(key))),
        filters: (manager.http_filters as readonly FileFilter[]).map(seenFilter),
      },
    }),
  };
}

function seenFilter(filter: FileFilter): string | FileFilter {
  return shown.test(filter.name) ? filter : filter.name;
}

interface SeenTls {
  readonly require_client_certificate: boolean;
  readonly common_tls_context: {
    readonly alpn_protocols: readonly string[];
    readonly combined_validation_context: {
      readonly default_validation_context: { readonly match_subject_alt_names?: unknown };
    };
  };
}

function seenTls({ require_client_certificate, common_tls_context: common }: SeenTls): object {
  const names = common.combined_validation_context.default_validation_context.match_subject_alt_names;
  return {
    requireClientCertificate: require_client_certificate,
    alpn: common.alpn_protocols,
    ...(names !== undefined && { matchSubjectAltNames: names }),
  };
}

/** The workload as a pod behind a Service, its mesh as istiod's ConfigMap, all read as a user's manifests are. */
function clusterOfCase({ mesh: given, workload, policies }: ConfigCase): Cluster {
  const { pathNormalization, validatePeerTrustDomain = false, ...mesh } = given;
  const { namespace, name, labels, serviceAccount, ports } = workload;
  const normalization = pathNormalization && { pathNormalization: { normalization: pathNormalization } };
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: mesh.rootNamespace },
      data: { mesh: JSON.stringify({ ...mesh, ...normalization }) },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: { serviceAccountName: serviceAccount, containers: [{ name: 'app', image: 'app' }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: {
        selector: labels,
        ports: ports.map(({ port, protocol }) => ({
          port,
          name: protocol === '' ? `p${port}` : `${protocol}-${port}`,
        })),
      },
    },
    ...policies,
  ];
  const text = objects.map((object) => JSON.stringify(object)).join('\n');
  const manifests = readManifests([{ name: 'objects.json', text }]);
  const refused = manifests.rejected[0];
  if (refused !== undefined) throw new Error(`${refused.kind} ${refused.name}: ${refused.why}`);
  return buildCluster({ ...manifests, mesh: { ...manifests.mesh, validatePeerTrustDomain } });
}
