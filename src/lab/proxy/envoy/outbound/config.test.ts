import { describe, expect, it } from 'vitest';
import { clusterForHost } from '../../../../../test/support/envoy-route.ts';
import { meshViewOf } from '../../../../../test/support/mesh-view.ts';
import { made, namespace } from '../../../../../test/support/text-cluster.ts';
import type { Pod } from '../../../store/index.ts';
import { injectSidecar } from '../../injection/inject.ts';
import type { MeshView } from '../../types.ts';
import { type OutboundConfig, outboundConfig } from './config.ts';
import type { OutboundCluster, OutboundListener } from './types.ts';

interface PodWords {
  readonly sidecar?: boolean;
  readonly ready?: boolean;
  readonly app?: string;
  readonly account?: string;
}

function pod(at: string, ip: string, { sidecar = true, ready = true, app, account }: PodWords = {}): Pod {
  const [ns = '', name = ''] = at.split('/');
  const bare: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: ns,
      name,
      uid: at,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: app ?? name },
    },
    spec: { serviceAccountName: account ?? name, containers: [{ name: 'app', image: 'app' }] },
    status: {
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
  return sidecar ? injectSidecar<Pod>(bare) : bare;
}

/** Ports are `NAME:PORT` or `NAME:PORT:TARGET`. */
function service(at: string, ports: readonly string[], spec: object = {}): object {
  const [ns, name] = at.split('/');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: ns, name },
    spec: {
      selector: { app: name },
      ports: ports.map((text) => {
        const [portName, port, target = port] = text.split(':');
        return { name: portName, port: Number(port), targetPort: Number(target), protocol: 'TCP' };
      }),
      ...spec,
    },
  };
}

const namespaces = ['shop', 'other'].map((name) => JSON.parse(namespace(name)) as object);
const client = pod('shop/client', '10.244.0.2');

function viewOf(objects: readonly (object | string)[], more: Partial<MeshView> = {}): MeshView {
  const plain = objects.map((each) => (typeof each === 'string' ? (JSON.parse(each) as object) : each));
  return meshViewOf([...namespaces, client, ...plain], more);
}

function configOf(objects: readonly (object | string)[], who: Pod = client): OutboundConfig {
  return outboundConfig(viewOf(objects), who);
}

function clusterIn({ clusters }: OutboundConfig, name: string): OutboundCluster {
  const found = clusters.find((each) => each.name === name);
  expect(found, `${name} of ${clusters.map((each) => each.name).join(', ')}`).toBeDefined();
  return found!;
}

function listenerIn({ listeners }: OutboundConfig, name: string): OutboundListener {
  const found = listeners.find((each) => each.name === name);
  expect(found, `${name} of ${listeners.map((each) => each.name).join(', ')}`).toBeDefined();
  return found!;
}

function endpointsOf({ load_assignment: assignment }: OutboundCluster): readonly string[] {
  return (assignment?.endpoints ?? []).flatMap(({ lb_endpoints: endpoints }) =>
    endpoints.map(({ endpoint, metadata }) => {
      const { address, port_value: port } = (endpoint.address as SocketAddress).socket_address;
      return `${address}:${port}${metadata === undefined ? '' : ' by mutual TLS'}`;
    }),
  );
}

interface SocketAddress {
  readonly socket_address: { readonly address: string; readonly port_value: number };
}

/** Routes of a listener's HTTP, of its first chain. */
function routesOf(listener: OutboundListener): unknown {
  return listener.filter_chains[0]!.filters[0]!.typed_config.route_config;
}

/** What a cluster says of TLS, whichever way it says it. */
function tlsOf(cluster: OutboundCluster): Record<string, unknown> | undefined {
  const [first] = cluster.transport_socket_matches ?? [];
  const socket =
    cluster.transport_socket ??
    (first as { readonly transport_socket: OutboundCluster['transport_socket'] } | undefined)
      ?.transport_socket;
  return socket?.typed_config;
}

const ports = ['http:80', 'tcp:9000', 'any:8080'];
const web = service('shop/web', ports);
const host = 'web.shop.svc.cluster.local';

describe('listeners', () => {
  it('are one for each port of HTTP, and one for each address with other bytes', () => {
    const { listeners } = configOf([web, service('other/web', ports), pod('shop/web', '10.244.0.3')]);
    expect(listeners.map(({ name }) => name)).toEqual([
      '10.96.0.2_9000',
      '10.96.0.2_8080',
      '10.96.0.1_9000',
      '10.96.0.1_8080',
      '0.0.0.0_80',
      'virtualOutbound',
    ]);
    expect(listeners.filter(({ bind_to_port: bound }) => bound !== false).map(({ name }) => name)).toEqual([
      'virtualOutbound',
    ]);
  });

  it('of a headless Service are at the addresses of its ready pods', () => {
    const names = configOf([
      service('shop/web', ports, { clusterIP: 'None' }),
      pod('shop/web', '10.244.0.3'),
      pod('shop/web-2', '10.244.0.4', { app: 'web' }),
      pod('shop/web-3', '10.244.0.5', { app: 'web', ready: false }),
    ]).listeners.map(({ name }) => name);
    expect(names.filter((name) => name.endsWith('_9000'))).toEqual(['10.244.0.3_9000', '10.244.0.4_9000']);
    expect(names).toContain('0.0.0.0_80');
  });

  it('wait for first bytes only where something has to be found out', () => {
    const config = configOf([web]);
    const inspected = config.listeners
      .filter(({ listener_filters: filters }) => filters !== undefined)
      .map(({ name }) => name);
    expect(inspected).toEqual(['10.96.0.1_8080', '0.0.0.0_80']);
  });

  it('never take the place of those of the proxy itself', () => {
    const { listeners } = configOf([service('shop/web', ['http:15001', 'http-b:15006', 'http-c:15090'])]);
    expect(listeners.map(({ name }) => name)).toEqual(['virtualOutbound']);
  });

  it('have none for other protocols than TCP, and none for an ExternalName', () => {
    const dns = { ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] };
    const outside = { type: 'ExternalName', externalName: 'example.com' };
    const { listeners, clusters } = configOf([
      service('shop/dns', [], dns),
      service('shop/outside', ['http:80'], outside),
    ]);
    expect(listeners.map(({ name }) => name)).toEqual(['virtualOutbound']);
    expect(clusters.map(({ name }) => name)).toEqual(['PassthroughCluster']);
  });

  it('lead what was meant for 15001 nowhere, and what nobody knows to where it was going', () => {
    const { filter_chains: chains } = listenerIn(configOf([web]), 'virtualOutbound');
    expect(
      chains.map(({ filter_chain_match: match, filters }) => [match, filters[0]!.typed_config.cluster]),
    ).toEqual([
      [{ destination_port: 15001 }, 'BlackHoleCluster'],
      [undefined, 'PassthroughCluster'],
    ]);
  });

  it('carry bytes of sniffed ports to the Service, and bytes on a port of HTTP to where they were going', () => {
    const config = configOf([web]);
    const elseOf = (name: string): unknown =>
      listenerIn(config, name).default_filter_chain?.filters.at(0)?.typed_config.cluster;
    expect(elseOf('10.96.0.1_8080')).toBe(`outbound|8080||${host}`);
    expect(elseOf('0.0.0.0_80')).toBe('PassthroughCluster');
  });

  it('offer for HTTP of sniffed ports what the version is', () => {
    const { filter_chains: chains } = listenerIn(configOf([web]), '10.96.0.1_8080');
    const offers = chains.map(({ filter_chain_match: match, filters }) => {
      const [first] = filters[0]!.typed_config.http_filters as readonly { readonly typed_config: object }[];
      return [
        (match as { readonly application_protocols: unknown }).application_protocols,
        /istio[^"]*/.exec(JSON.stringify(first))?.[0],
      ];
    });
    expect(offers).toEqual([
      [['http/1.1'], 'istio-http/1.1,istio,http/1.1'],
      [['h2c'], 'istio-h2,istio,h2'],
    ]);
  });
});

describe('routes', () => {
  const routed = (objects: readonly (object | string)[], name: string, who = client): string | undefined =>
    clusterForHost(routesOf(listenerIn(configOf(objects, who), '0.0.0.0_80')), name);
  const both = [web, service('other/web', ports)];
  const ofShop = `outbound|80||${host}`;
  const ofOther = 'outbound|80||web.other.svc.cluster.local';

  it.each([
    ['web', ofShop],
    ['WEB:80', ofShop],
    ['web.shop', ofShop],
    ['web.shop.svc', ofShop],
    [host, ofShop],
    [`${host}.`, ofShop],
    ['10.96.0.1', ofShop],
    ['web.other', ofOther],
    ['web.other:80', ofOther],
    ['10.96.0.2', ofOther],
    ['web.third', 'PassthroughCluster'],
    ['web.shop.svc.cluster', 'PassthroughCluster'],
    ['x.web.shop', 'PassthroughCluster'],
    ['10.244.0.3', 'PassthroughCluster'],
    ['example.com', 'PassthroughCluster'],
  ])('%s leads a client of the namespace to %s', (name, cluster) => {
    expect(routed(both, name)).toBe(cluster);
  });

  it('a bare name is of the namespace of the client', () => {
    expect(routed(both, 'web', pod('other/client', '10.244.0.9'))).toBe(ofOther);
    expect(routed(both, 'web', pod('third/client', '10.244.0.9'))).toBe('PassthroughCluster');
  });

  it('pods of a headless Service have names', () => {
    const headless = [service('shop/web', ports, { clusterIP: 'None' })];
    expect(routed(headless, `web-0.${host}`)).toBe(ofShop);
    expect(routed(headless, 'web-0.web')).toBe(ofShop);
    expect(routed(headless, 'None')).toBe('PassthroughCluster');
  });

  it('an ExternalName stands for the Service that it names', () => {
    const named = (name: string): object =>
      service('other/alias', ['http:80'], { type: 'ExternalName', externalName: name });
    expect(routed([...both, named(host)], 'alias.other')).toBe(ofShop);
    expect(routed([...both, named(`${host}.`)], 'alias.other.svc.cluster.local')).toBe(ofShop);
    expect(routed([...both, named('alias.other.svc.cluster.local')], 'alias.other')).toBe(
      'PassthroughCluster',
    );
    expect(routed([...both, named('example.com')], 'alias.other')).toBe('PassthroughCluster');
  });

  it('know the Services with sniffed bytes on a port that is one of HTTP elsewhere, but not those with raw ones', () => {
    const objects = [web, service('shop/any', ['x:80']), service('shop/raw', ['tcp:80'])];
    expect(routed(objects, 'any')).toBe('outbound|80||any.shop.svc.cluster.local');
    expect(routed(objects, 'raw')).toBe('PassthroughCluster');
  });

  it('of Services with one address between them leave it to the first: Envoy takes no domain twice', () => {
    const same = { clusterIP: '10.96.9.9', clusterIPs: ['10.96.9.9'] };
    const objects = [service('shop/a', ['http:80'], same), service('shop/b', ['http:80'], same)];
    expect(routed(objects, '10.96.9.9')).toBe('outbound|80||a.shop.svc.cluster.local');
    expect(routed(objects, 'b')).toBe('outbound|80||b.shop.svc.cluster.local');
  });
});

describe('clusters', () => {
  it('have the ready endpoints at the target port, by mutual TLS to those with a sidecar', () => {
    const config = configOf([
      service('shop/web', ['http:80:8080']),
      pod('shop/web', '10.244.0.3'),
      pod('shop/web-2', '10.244.0.4', { app: 'web', sidecar: false }),
      pod('shop/web-3', '10.244.0.5', { app: 'web', ready: false }),
      pod('other/web', '10.244.0.6'),
    ]);
    const cluster = clusterIn(config, `outbound|80||${host}`);
    expect(endpointsOf(cluster)).toEqual(['10.244.0.3:8080 by mutual TLS', '10.244.0.4:8080']);
    expect(cluster).toMatchObject({
      type: 'STATIC',
      lb_policy: 'ROUND_ROBIN',
      alt_stat_name: `outbound|80||${host};`,
    });
  });

  it('without an endpoint are there: a client has to hear of it', () => {
    const cluster = clusterIn(configOf([web]), `outbound|9000||${host}`);
    expect(endpointsOf(cluster)).toEqual([]);
    expect(cluster.load_assignment).toBeDefined();
  });

  it('name the Service in the client hello and expect the accounts of its endpoints', () => {
    const config = configOf([
      web,
      pod('shop/web', '10.244.0.3'),
      pod('shop/web-2', '10.244.0.4', { app: 'web', account: 'second' }),
    ]);
    expect(tlsOf(clusterIn(config, `outbound|80||${host}`))).toMatchObject({
      sni: `outbound_.80_._.${host}`,
      common_tls_context: {
        tls_certificate_sds_secret_configs: [{ name: 'default' }],
        combined_validation_context: {
          default_validation_context: {
            match_typed_subject_alt_names: ['web', 'second'].map((account) => ({
              san_type: 'URI',
              matcher: { exact: `spiffe://cluster.local/ns/shop/sa/${account}` },
            })),
          },
          validation_context_sds_secret_config: { name: 'ROOTCA' },
        },
      },
    });
  });

  it.each([
    ['http', ['istio-http/1.1', 'istio', 'http/1.1'], 'explicit_http_config', 'http_protocol_options'],
    ['grpc', ['istio-h2', 'istio', 'h2'], 'explicit_http_config', 'http2_protocol_options'],
    ['grpc-web', ['istio-h2', 'istio', 'h2'], 'explicit_http_config', 'http2_protocol_options'],
    ['http2', ['istio-h2', 'istio', 'h2'], 'explicit_http_config', 'http2_protocol_options'],
    ['any', ['istio'], 'use_downstream_protocol_config', 'http2_protocol_options'],
  ])('of a port named %s offer %j', (name, protocols, how, options) => {
    const config = configOf([service('shop/web', [`${name}:80`]), pod('shop/web', '10.244.0.3')]);
    const cluster = clusterIn(config, `outbound|80||${host}`);
    expect(tlsOf(cluster)).toMatchObject({ common_tls_context: { alpn_protocols: protocols } });
    expect(cluster.typed_extension_protocol_options).toMatchObject({
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': { [how]: { [options]: {} } },
    });
  });

  it('of raw bytes speak no HTTP', () => {
    const config = configOf([web, pod('shop/web', '10.244.0.3')]);
    const cluster = clusterIn(config, `outbound|9000||${host}`);
    expect(cluster).not.toHaveProperty('typed_extension_protocol_options');
    expect(tlsOf(cluster)).toMatchObject({ common_tls_context: { alpn_protocols: ['istio'] } });
  });

  it('of a headless Service go where the client was going, by mutual TLS if every pod takes it', () => {
    const headless = service('shop/web', ports, { clusterIP: 'None' });
    const all = configOf([headless, pod('shop/web', '10.244.0.3')]);
    expect(clusterIn(all, `outbound|80||${host}`)).toMatchObject({
      type: 'ORIGINAL_DST',
      lb_policy: 'CLUSTER_PROVIDED',
      transport_socket: { name: 'envoy.transport_sockets.tls' },
    });
    const some = configOf([
      headless,
      pod('shop/web', '10.244.0.3'),
      pod('shop/web-2', '10.244.0.4', { app: 'web', sidecar: false }),
    ]);
    expect(clusterIn(some, `outbound|80||${host}`)).not.toHaveProperty('transport_socket');
  });

  it('mark their connections, so that the capture of the pod lets them pass', () => {
    const { clusters } = configOf([web]);
    for (const cluster of clusters) {
      expect(cluster.upstream_bind_config).toMatchObject({
        socket_options: [{ name: 36, int_value: '1337' }],
      });
    }
  });

  it('turn mutual TLS off for endpoints whose PeerAuthentication does', () => {
    const disable = made('PeerAuthentication', 'shop/off', {
      selector: { matchLabels: { app: 'web' } },
      mtls: { mode: 'DISABLE' },
    });
    const cluster = clusterIn(
      configOf([web, pod('shop/web', '10.244.0.3'), disable]),
      `outbound|80||${host}`,
    );
    expect(endpointsOf(cluster)).toEqual(['10.244.0.3:80']);
    expect(cluster).not.toHaveProperty('transport_socket_matches');
  });
});

describe('a DestinationRule', () => {
  const rule = (at: string, spec: object): string => made('DestinationRule', at, { host, ...spec });
  const tls = (mode: string): object => ({ trafficPolicy: { tls: { mode } } });
  const servers = [
    web,
    pod('shop/web', '10.244.0.3'),
    pod('shop/web-2', '10.244.0.4', { app: 'web', sidecar: false }),
  ];
  const spoken = (rules: readonly string[], port = 80, who = client): string => {
    const cluster = clusterIn(configOf([...servers, ...rules], who), `outbound|${port}||${host}`);
    const context = tlsOf(cluster);
    if (context === undefined) return 'plaintext';
    const mutual = JSON.stringify(context).includes('ROOTCA');
    const all =
      cluster.transport_socket !== undefined || endpointsOf(cluster).every((each) => each.includes('TLS'));
    return `${mutual ? 'mutual TLS' : 'TLS'}${all ? '' : ' to some'} as ${String(context.sni)}`;
  };
  const own = `outbound_.80_._.${host}`;

  it('says what is spoken to all endpoints', () => {
    expect(spoken([])).toBe(`mutual TLS to some as ${own}`);
    expect(spoken([rule('shop/r', tls('DISABLE'))])).toBe('plaintext');
    expect(spoken([rule('shop/r', tls('ISTIO_MUTUAL'))])).toBe(`mutual TLS as ${own}`);
    expect(spoken([rule('shop/r', tls('SIMPLE'))])).toBe(`TLS as ${host}`);
  });

  it('says it for a port alone', () => {
    const portLevelSettings = [{ port: { number: 80 }, tls: { mode: 'DISABLE' } }];
    const rules = [rule('shop/r', { trafficPolicy: { portLevelSettings } })];
    expect([spoken(rules), spoken(rules, 9000)]).toEqual([
      'plaintext',
      `mutual TLS to some as outbound_.9000_._.${host}`,
    ]);
  });

  it('holds for whom it is exported to, and for the workloads that it selects', () => {
    const stranger = pod('other/client', '10.244.0.9');
    const private_ = [rule('shop/r', { ...tls('DISABLE'), exportTo: ['.'] })];
    expect([spoken(private_), spoken(private_, 80, stranger)]).toEqual([
      'plaintext',
      `mutual TLS to some as ${own}`,
    ]);
    const some = [
      rule('shop/r', { ...tls('DISABLE'), workloadSelector: { matchLabels: { app: 'client' } } }),
    ];
    expect([spoken(some), spoken(some, 80, pod('shop/second', '10.244.0.8'))]).toEqual([
      'plaintext',
      `mutual TLS to some as ${own}`,
    ]);
  });
});

describe('a view', () => {
  it('has what is the same for all pods once', () => {
    const view = viewOf([web, pod('shop/web', '10.244.0.3')]);
    const first = outboundConfig(view, client);
    expect(outboundConfig(view, pod('shop/second', '10.244.0.8'))).toBe(first);
    const other = outboundConfig(view, pod('other/client', '10.244.0.9'));
    expect(other.clusters).toBe(first.clusters);
    expect(other.listeners).not.toBe(first.listeners);
  });

  it('says how access is logged', () => {
    const text = (more: Partial<MeshView>): string =>
      JSON.stringify(outboundConfig(viewOf([web], more), client));
    expect(text({})).toContain('text_format_source');
    expect(text({})).not.toContain('json_format');
    expect(text({ accessLogEncoding: 'JSON' })).toContain('json_format');
  });
});
