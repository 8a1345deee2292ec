import { describe, expect, it } from 'vitest';
import {
  checked,
  denyAll,
  deployment,
  dns,
  inputOf,
  prometheus,
  release,
  rowsOfFlow,
} from '../../../test/support/istio-check.ts';
import { made, namespace, pod, service } from '../../../test/support/text-cluster.ts';
import { type ComponentCheck, checkComponents, flows, outcomeOfCheck } from './index.ts';

const istiod = release('istiod', 'istio-system/istiod');
const cni = release('istio-cni', 'istio-system/istio-cni');
const ztunnel = release('ztunnel', 'istio-system/ztunnel');
const gateway = release('gateway', 'istio-ingress/ingress');
const sidecars = { 'istio-injection': 'enabled' };
const ambient = { 'istio.io/dataplane-mode': 'ambient' };

const codesOf = ({ findings }: ComponentCheck): readonly string[] =>
  [...new Set(findings.map(({ code }) => code))].sort();

describe('the table of flows', () => {
  it('has each id once', () => {
    expect(new Set(flows.map(({ id }) => id)).size).toBe(flows.length);
  });

  it('of a cluster without Istio takes stand-ins of the charts, and says so', () => {
    const check = checked(
      [istiod, cni, ztunnel, gateway],
      [namespace('shop'), deployment('shop/web', 8080), ...dns],
    );
    expect(check.standIns.map(({ name }) => name)).toEqual([
      'istiod',
      'istio-cni-node',
      'ztunnel',
      'ingress',
    ]);
    expect(check.remarks.join()).toContain('stand-ins');
    expect(check.rows.filter(({ outcome }) => outcome !== 'allow')).toEqual([]);
    expect(rowsOfFlow(check, 'istiod-xds-mesh')).toEqual([
      'proxies of the mesh to come -> istiod istio-system/istiod 15012: allow',
    ]);
    expect(outcomeOfCheck(check)).toBe('clean');
  });

  it('has only flows that apply', () => {
    const check = checked([istiod], [namespace('shop', sidecars), deployment('shop/web', 8080)]);
    const ids = check.rows.map(({ flow }) => flow.id);
    expect(ids).toContain('istiod-xds-sidecar');
    expect(ids.filter((id) => /^(ambient|ztunnel|cni|gateway|waypoint)/.test(id))).toEqual([]);
  });

  it('asks real pods where there are some', () => {
    const labels = { app: 'istiod', 'istio.io/rev': 'default', istio: 'pilot' };
    const check = checked([istiod], [pod('istio-system/istiod-5d8', { labels }), ...dns]);
    expect(check.standIns).toEqual([]);
    expect(check.rows.find(({ flow }) => flow.id === 'istiod-webhook')?.witness.destination).toMatchObject({
      name: 'istiod-5d8',
    });
  });

  it('leaves out what does not run: a remote control plane', () => {
    const check = checked(
      [release('istiod', 'istio-system/istiod', { istiodRemote: { enabled: true } })],
      [],
    );
    expect(check.rows).toEqual([]);
    expect(check.standIns).toEqual([]);
  });

  it('puts a rendered policy in the place of the same one of an earlier installation', () => {
    const old = made('NetworkPolicy', 'istio-system/istiod', {
      podSelector: { matchLabels: { app: 'istiod' } },
    });
    const check = checked([istiod], [old]);
    expect(rowsOfFlow(check, 'istiod-webhook')).toEqual([
      'API server -> istiod istio-system/istiod 15017: allow',
    ]);
    expect(check.sums).toEqual([]);
  });

  it('leaves out policies that are replaced under other names', () => {
    const old = made('NetworkPolicy', 'istio-system/old', { podSelector: {} });
    const input = { ...inputOf([istiod], [old]), replaced: [{ namespace: 'istio-system', name: 'old' }] };
    expect(checkComponents(input).sums).toEqual([]);
  });
});

describe('a network gateway', () => {
  const eastWest = release('gateway', 'istio-ew/eastwest', { networkGateway: 'network-2' });

  it('lacks 15443 in its policy: broken, with a policy that repairs it', () => {
    const check = checked([istiod, eastWest], dns);
    expect(rowsOfFlow(check, 'gateway-east-west')).toEqual([
      'other networks -> gateway istio-ew/eastwest 15443: deny',
    ]);
    expect(check.findings[0]).toMatchObject({
      code: 'PC3440',
      severity: 'error',
      span: { source: { name: 'eastwest (rendered)' } },
    });
    expect(check.findings[0]?.message).toContain('15443');
    expect(outcomeOfCheck(check)).toBe('findings');
    const [cut] = check.cutOff;
    expect(cut).toMatchObject({ namespace: 'istio-ew', beyond: [], repair: { verified: true } });
    expect(cut?.repair?.yaml).toContain('port: 15443');
    expect(cut?.repair?.yaml).toContain('--remote-cidr');
  });

  it('opens to the networks that are said', () => {
    const check = checked([istiod, eastWest], dns, { remoteNetworks: ['192.0.2.0/24'] });
    expect(check.cutOff[0]?.repair?.policies[0]?.ingress).toMatchObject([
      { peers: [{ ipBlock: { cidr: '192.0.2.0/24' } }], ports: [{ port: 15443 }] },
    ]);
  });

  it('has what service.ports adds', () => {
    const ports = [{ name: 'tls', port: 15443, targetPort: 15443 }];
    const open = release('gateway', 'istio-ew/eastwest', { networkGateway: 'n', service: { ports } });
    expect(rowsOfFlow(checked([istiod, open], dns), 'gateway-east-west')).toEqual([
      'other networks -> gateway istio-ew/eastwest 15443: allow',
    ]);
  });
});

describe('a sidecar mesh with default-deny namespaces', () => {
  const shop = [
    namespace('shop', sidecars),
    deployment('shop/web', 8080),
    deployment('shop/db', 5432),
    denyAll('shop'),
  ];
  const free = [namespace('free', sidecars), deployment('free/web', 8080)];
  const check = checked([istiod, gateway], [...shop, ...free, ...dns, prometheus]);

  it('cuts sidecars off from istiod, DNS and Prometheus, in that namespace alone', () => {
    expect(rowsOfFlow(check, 'istiod-xds-sidecar').toSorted()).toEqual([
      'sidecars of namespace free -> istiod istio-system/istiod 15012: allow',
      'sidecars of namespace shop -> istiod istio-system/istiod 15012: deny',
    ]);
    expect(check.cutOff.map((cut) => cut.namespace)).toEqual(['shop']);
    expect(new Set(check.cutOff[0]?.rows.map(({ flow }) => flow.id))).toEqual(
      new Set(['istiod-xds-sidecar', 'sidecar-dns', 'sidecar-metrics']),
    );
    expect(check.cutOff[0]?.causes.map(({ policy }) => policy.metadata.name)).toContain('deny-all');
    expect(codesOf(check)).toContain('PC3445');
    expect(codesOf(check)).not.toContain('PC3440');
  });

  it('is repaired by one policy that opens just that', () => {
    const repair = check.cutOff[0]?.repair;
    expect(repair?.verified).toBe(true);
    expect(repair?.policies).toMatchObject([
      {
        name: 'allow-istio',
        namespace: 'shop',
        podSelector: {},
        ingress: [
          {
            peers: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
                podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
              },
            ],
            ports: [{ protocol: 'TCP', port: 15020 }],
          },
        ],
        egress: [
          {
            peers: [{ podSelector: { matchLabels: { app: 'istiod' } } }],
            ports: [{ protocol: 'TCP', port: 15012 }],
          },
          {
            peers: [{ podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
            ports: [
              { protocol: 'UDP', port: 53 },
              { protocol: 'TCP', port: 53 },
            ],
          },
        ],
      },
    ]);
    const repaired = checked([istiod, gateway], [...shop, ...free, ...dns, prometheus, repair!.yaml]);
    expect(repaired.cutOff).toEqual([]);
    expect(outcomeOfCheck(repaired)).toBe('clean');
  });

  it('takes kubelets for let through from their own nodes, and says where only that does it', () => {
    const rows = check.rows.filter(({ flow }) => flow.id === 'sidecar-probe');
    expect(rows.map(({ outcome }) => outcome)).toEqual(['allow', 'allow', 'allow', 'allow']);
    expect(
      rows.filter(({ notes }) => notes.length > 0).flatMap(({ from, to }) => [from.label, to.label]),
    ).toEqual(['kubelet', 'sidecars of namespace shop', 'kubelet', 'sidecars of namespace shop']);
  });

  it('says in a remark that a gateway cannot reach what a namespace closes', () => {
    const routed = checked([istiod, gateway], [...shop, service('shop/web', 80, 8080), ...dns]);
    expect(rowsOfFlow(routed, 'gateway-workloads')).toEqual([
      'gateway istio-ingress/ingress -> workloads of namespace shop 8080: deny',
    ]);
  });

  it('does not open pods that were not isolated', () => {
    const half = made('NetworkPolicy', 'shop/deny-web', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Egress'],
    });
    const [cut] = checked([istiod], [...shop.slice(0, 3), half, ...dns]).cutOff;
    expect(cut?.repair?.policies).toMatchObject([
      { podSelector: { matchLabels: { app: 'web' } }, ingress: [] },
    ]);
    expect(cut?.repair?.verified).toBe(true);
  });

  it('leaves what nobody knows open, and says so', () => {
    const [cut] = checked([istiod], shop).cutOff;
    expect(cut?.repair?.yaml).toContain('--dns');
    expect(
      cut?.repair?.policies[0]?.egress.find(({ ports }) => ports[0]?.port === 53)?.peers,
    ).toBeUndefined();
  });
});

describe('an ambient mesh', () => {
  const texts = [
    namespace('front', ambient),
    namespace('back', ambient),
    deployment('front/web', 8080, { probe: true }),
    service('front/web', 80, 8080),
    deployment('back/db', 5432, { probe: true }),
    service('back/db', 5432, 5432),
    deployment('back/secret', 9000),
    denyAll('back'),
    made('NetworkPolicy', 'back/db-from-front', {
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'front' } } }],
          ports: [{ port: 5432 }],
        },
      ],
    }),
    ...dns,
  ];
  const check = checked([istiod, cni, ztunnel], texts);

  it('sends to 15008 what policies let through on the port of the application', () => {
    expect(rowsOfFlow(check, 'ambient-tunnel')).toContain(
      'ambient pods of namespace front -> ambient pods of namespace back 15008: deny',
    );
    expect(check.cutOff.map((cut) => cut.namespace)).toEqual(['back']);
  });

  it('has probes come from an address of its own', () => {
    expect(rowsOfFlow(check, 'ambient-probe').toSorted()).toEqual([
      'kubelet, as 169.254.7.127 -> ambient pods of namespace back 5432: deny',
      'kubelet, as 169.254.7.127 -> ambient pods of namespace front 8080: allow',
    ]);
  });

  it('opens 15008 to those alone whom the rule lets in, of the pods that it is for', () => {
    const policies = check.cutOff[0]?.repair?.policies ?? [];
    const tunnel = policies.filter(({ ingress }) =>
      ingress.some(({ ports }) => ports.some(({ port }) => port === 15008)),
    );
    expect(tunnel).toMatchObject([
      {
        podSelector: { matchLabels: { app: 'db' } },
        ingress: expect.arrayContaining([
          expect.objectContaining({
            peers: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'front' } } }],
            ports: [{ protocol: 'TCP', port: 15008 }],
          }),
        ]),
      },
    ]);
    expect(check.cutOff[0]?.repair?.verified).toBe(true);
    expect(checked([istiod, cni, ztunnel], [...texts, check.cutOff[0]!.repair!.yaml]).cutOff).toEqual([]);
  });

  it('needs no tunnel where policies let nothing through', () => {
    expect(
      check.rows
        .filter(({ flow, to }) => flow.id === 'ambient-tunnel' && to.namespaces.includes('back'))
        .map(({ witness }) => witness.destination),
    ).toMatchObject([{ name: 'db' }]);
  });

  it('needs no istiod for its pods: ztunnel has the certificates', () => {
    expect(rowsOfFlow(check, 'istiod-xds-sidecar')).toEqual([]);
    expect(rowsOfFlow(check, 'istiod-xds-ztunnel')).toEqual([
      'ztunnel istio-system/ztunnel -> istiod istio-system/istiod 15012: allow',
    ]);
  });

  it('on the host network: istio-cni is subject to no policy, and its own has no effect', () => {
    const shared = release('istio-cni', 'istio-system/istio-cni', {
      profile: 'ambient',
      compatibilityVersion: '1.25',
    });
    const old = checked([istiod, shared, ztunnel], dns);
    expect(old.findings.filter(({ code }) => code === 'PC3443')).toHaveLength(1);
    expect(old.remarks.join()).toContain('host network');
  });

  it('goes by a waypoint where there is one', () => {
    const waypoint = made('Gateway', 'back/waypoint', { gatewayClassName: 'istio-waypoint', listeners: [] });
    const used = texts.map((text) =>
      text.replace(
        '"name":"db"},"spec":{"selector":{"app"',
        '"name":"db","labels":{"istio.io/use-waypoint":"waypoint"}},"spec":{"selector":{"app"',
      ),
    );
    const way = checked([istiod, cni, ztunnel], [...used, waypoint]);
    const [cut] = way.cutOff;
    expect(rowsOfFlow(way, 'istiod-xds-waypoint')).toEqual([
      'waypoints of namespace back -> istiod istio-system/istiod 15012: deny',
    ]);
    expect(cut?.repair?.verified).toBe(true);
    expect(checked([istiod, cni, ztunnel], [...used, waypoint, cut!.repair!.yaml]).cutOff).toEqual([]);
  });
});

describe("an egress gateway of Helm's chart", () => {
  it('is told by its name: the mesh comes to it, and nobody else has to', () => {
    const egress = release('gateway', 'edge/istio-egress');
    const check = checked([istiod, egress], [namespace('shop', sidecars), deployment('shop/web', 8080)]);
    expect(rowsOfFlow(check, 'gateway-clients')).toEqual([]);
    expect(rowsOfFlow(check, 'gateway-mesh-clients')).toHaveLength(2);
  });
});

describe('an ambient mesh of which policies open the tunnel alone', () => {
  it('has its tunnels in the table', () => {
    const tunnel = made('NetworkPolicy', 'shop/hbone', {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: 15008 }] }],
    });
    const texts = [namespace('shop', ambient), deployment('shop/a', 8080), deployment('shop/b', 8080)];
    const check = checked([istiod, ztunnel], [...texts, tunnel]);
    expect(rowsOfFlow(check, 'ambient-tunnel')).toEqual([
      'ambient pods of namespace shop -> ambient pods of namespace shop 15008: allow',
    ]);
  });
});

describe('revisions', () => {
  const canary = release('istiod', 'istio-system/istiod-canary', { revision: 'canary' });
  const texts = [
    namespace('old', sidecars),
    deployment('old/web', 80),
    namespace('new', { 'istio.io/rev': 'canary' }),
    deployment('new/web', 80),
  ];

  it('have proxies of their own', () => {
    expect(rowsOfFlow(checked([istiod, canary], texts), 'istiod-xds-sidecar').toSorted()).toEqual([
      'sidecars of namespace new -> istiod istio-system/istiod-canary 15012: allow',
      'sidecars of namespace old -> istiod istio-system/istiod 15012: allow',
    ]);
  });

  it('of the cluster keep theirs', () => {
    const running = pod('istio-system/istiod-1', { labels: { app: 'istiod', 'istio.io/rev': 'default' } });
    expect(rowsOfFlow(checked([canary], [...texts, running]), 'istiod-xds-sidecar').toSorted()).toEqual([
      'sidecars of namespace new -> istiod istio-system/istiod-canary 15012: allow',
      'sidecars of namespace old -> istiod istio-system/istiod-1 15012: allow',
    ]);
  });

  it('that nobody has may be tags: all control planes are asked', () => {
    const tagged = [namespace('tagged', { 'istio.io/rev': 'prod' }), deployment('tagged/web', 80)];
    expect(rowsOfFlow(checked([istiod, canary], tagged), 'istiod-xds-sidecar')).toHaveLength(2);
  });
});

describe('policies that add up', () => {
  const tight = made('NetworkPolicy', 'istio-system/mesh-only', {
    podSelector: { matchLabels: { app: 'istiod' } },
    ingress: [{ from: [{ namespaceSelector: { matchLabels: sidecars } }], ports: [{ port: 15012 }] }],
  });

  it('a tight one beside the open one changes nothing', () => {
    const check = checked([istiod], [tight]);
    expect(check.sums).toMatchObject([
      {
        tight: { metadata: { name: 'mesh-only' } },
        open: { metadata: { name: 'istiod' } },
        idle: true,
        samePort: true,
        witness: { port: 15012, verdict: { outcome: 'allow' } },
        without: { outcome: 'deny' },
      },
    ]);
    expect(codesOf(check)).toEqual(['PC3442']);
  });

  it('a default-deny is there to be added to', () => {
    expect(checked([istiod], [denyAll('istio-system')]).sums).toEqual([]);
  });

  it('an open one of the cluster takes the rendered one its effect', () => {
    const all = made('NetworkPolicy', 'istio-system/allow-all', { podSelector: {}, ingress: [{}] });
    const check = checked([istiod], [all]);
    expect(check.sums).toMatchObject([
      { tight: { metadata: { name: 'istiod' } }, open: { metadata: { name: 'allow-all' } }, idle: true },
    ]);
  });

  it('a further port is no finding', () => {
    const more = made('NetworkPolicy', 'istio-system/more', {
      podSelector: { matchLabels: { app: 'istiod' } },
      ingress: [{ ports: [{ port: 9876 }] }],
    });
    const check = checked([istiod], [more]);
    expect(check.sums.map(({ samePort, idle }) => [samePort, idle])).toEqual([
      [false, false],
      [false, false],
    ]);
    expect(codesOf(check)).toEqual([]);
  });

  it('egress that somebody limited is open again', () => {
    const limited = made('NetworkPolicy', 'istio-system/no-internet', {
      podSelector: { matchLabels: { app: 'istiod' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ namespaceSelector: {} }] }],
    });
    expect(checked([istiod], [limited]).sums).toMatchObject([
      {
        direction: 'egress',
        tight: { metadata: { name: 'no-internet' } },
        witness: { destination: { kind: 'address' } },
      },
    ]);
  });
});

describe('the admin tiers', () => {
  const admin = (tier: 'Admin' | 'Baseline', action: string, ports: readonly number[]) =>
    made('ClusterNetworkPolicy', tier.toLowerCase(), {
      tier,
      priority: 10,
      subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } } },
      ingress: [
        {
          action,
          from: [{ namespaces: {} }],
          ...(ports.length > 0 && {
            protocols: ports.map((number) => ({ tcp: { destinationPort: { number } } })),
          }),
        },
      ],
    });
  const mesh = [namespace('istio-system'), namespace('shop', sidecars), deployment('shop/web', 8080), ...dns];

  it('deny before any NetworkPolicy: broken, and nothing of the namespace repairs it', () => {
    const check = checked([istiod], [...mesh, admin('Admin', 'Deny', [15012])]);
    expect(rowsOfFlow(check, 'istiod-xds-sidecar')).toEqual([
      'sidecars of namespace shop -> istiod istio-system/istiod 15012: deny',
    ]);
    const finding = check.findings.find(({ code }) => code === 'PC3440');
    expect(finding?.help).toContain('Admin tier');
    const cut = check.cutOff.find((each) => each.namespace === 'istio-system');
    expect(cut?.repair).toBeUndefined();
    expect(cut?.beyond.map(({ flow }) => flow.id)).toEqual(['istiod-xds-sidecar']);
  });

  it('accept before what the rendered policy leaves out', () => {
    const check = checked([istiod], [...mesh, admin('Admin', 'Accept', [])]);
    expect(check.sums).toMatchObject([
      { tight: { metadata: { name: 'istiod' } }, open: { kind: 'ClusterNetworkPolicy' } },
    ]);
    expect(codesOf(check)).toEqual(['PC3444']);
  });

  it('of the Baseline have no say once a NetworkPolicy governs', () => {
    const check = checked([istiod], [...mesh, admin('Baseline', 'Deny', [])]);
    expect(check.sums).toMatchObject([
      { tight: { kind: 'ClusterNetworkPolicy' }, open: { metadata: { name: 'istiod' } } },
    ]);
  });
});

describe('what nobody said', () => {
  const fromSome = made('NetworkPolicy', 'istio-system/istiod', {
    podSelector: { matchLabels: { app: 'istiod' } },
    ingress: [
      { from: [{ ipBlock: { cidr: '10.0.0.0/24' } }], ports: [{ port: 15017 }] },
      { from: [{ namespaceSelector: {} }], ports: [{ port: 15014 }] },
    ],
  });
  const off = { ...istiod, values: {} };
  const webhook = (sources?: readonly string[]) =>
    rowsOfFlow(
      checked([off], [fromSome], sources === undefined ? {} : { apiServerSources: sources }),
      'istiod-webhook',
    );

  it('makes a flow unknown where it depends on it, with what to say', () => {
    expect(webhook()).toEqual(['API server -> istiod istio-system/istiod 15017: unknown']);
    const check = checked([off], [fromSome]);
    const finding = check.findings.find(({ code }) => code === 'PC3441');
    expect(finding?.help).toContain('--api-server-source-cidr');
  });

  it('is told by a range: every address of it has to be let in', () => {
    expect(webhook(['10.0.0.0/25'])).toEqual(['API server -> istiod istio-system/istiod 15017: allow']);
    expect(webhook(['10.0.0.0/23'])).toEqual(['API server -> istiod istio-system/istiod 15017: deny']);
    expect(webhook(['192.0.2.1/32'])).toEqual(['API server -> istiod istio-system/istiod 15017: deny']);
  });

  it('may be a pod that a selector names', () => {
    const check = checked([off], [fromSome]);
    expect(check.rows.find(({ flow }) => flow.id === 'istiod-metrics')).toMatchObject({
      outcome: 'unknown',
      flow: { need: 'if used' },
    });
  });

  it('is no doubt where no rule could name it', () => {
    const closed = made('NetworkPolicy', 'istio-system/istiod', {
      podSelector: { matchLabels: { app: 'istiod' } },
    });
    expect(rowsOfFlow(checked([off], [closed]), 'istiod-metrics')).toEqual([
      'monitoring -> istiod istio-system/istiod 15014: deny',
    ]);
  });

  it('of the mesh leaves proxies to come, which are pods: any pod is let in, or some are', () => {
    const from = (selector: object): readonly string[] => {
      const policy = made('NetworkPolicy', 'istio-system/istiod', {
        podSelector: { matchLabels: { app: 'istiod' } },
        ingress: [{ from: [selector], ports: [{ port: 15012 }] }],
      });
      return rowsOfFlow(checked([off], [policy]), 'istiod-xds-mesh').map((row) => row.split(': ')[1]!);
    };
    expect(from({ namespaceSelector: {} })).toEqual(['allow']);
    expect(from({ namespaceSelector: { matchLabels: sidecars } })).toEqual(['unknown']);
    expect(from({ ipBlock: { cidr: '192.0.2.0/24' } })).not.toContain('allow');
  });

  it('of whom an address is known at a node: what opens a port to anyone says why', () => {
    const scraper = pod('monitoring/p', {
      labels: { 'app.kubernetes.io/name': 'prometheus' },
      hostNetwork: true,
      node: 'n2',
    });
    const web = pod('shop/web', {
      node: 'n1',
      ip: '10.1.0.1',
      annotations: { 'sidecar.istio.io/status': '{}' },
    });
    const check = checked([istiod], [namespace('shop', sidecars), web, scraper, denyAll('shop'), ...dns]);
    const { yaml } = check.cutOff.find((each) => each.namespace === 'shop')!.repair!;
    const text = yaml.replaceAll(/\s*# /g, ' ');
    expect(text).toContain('Open to anyone, for monitoring/p shares the network of its node');
  });

  it('of the node of a pod on the host network is settled by the addresses of all nodes', () => {
    const scraper = pod('monitoring/p', {
      labels: { 'app.kubernetes.io/name': 'prometheus' },
      hostNetwork: true,
    });
    const policy = made('NetworkPolicy', 'istio-system/istiod', {
      podSelector: { matchLabels: { app: 'istiod' } },
      ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/24' } }], ports: [{ port: 15014 }] }],
    });
    const metrics = (nodes?: readonly string[]): readonly string[] =>
      rowsOfFlow(checked([off], [scraper, policy], nodes === undefined ? {} : { nodes }), 'istiod-metrics');
    expect(metrics()).toEqual(['monitoring -> istiod istio-system/istiod 15014: unknown']);
    expect(metrics(['10.0.0.0/25'])).toEqual(['monitoring -> istiod istio-system/istiod 15014: allow']);
    expect(metrics(['10.0.0.0/23'])).not.toEqual(['monitoring -> istiod istio-system/istiod 15014: allow']);
  });

  it('of a namespace keeps its pods out of the table', () => {
    const check = checked([istiod], [deployment('shop/web', 8080)]);
    expect(check.findings).toMatchObject([{ code: 'PC3448', severity: 'info' }]);
    expect(outcomeOfCheck(check)).toBe('clean');
  });
});

describe('surroundings that the cluster does not show', () => {
  it('have stand-ins: pods of the mesh, of the data plane that their namespace asks for', () => {
    const peer = (name: string) => ({ namespaces: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
    const check = checked([istiod], [namespace('amb', ambient)], {
      mesh: [peer('amb'), peer('shop')],
      monitoring: [peer('metrics')],
      gateways: [peer('edge')],
    });
    expect(rowsOfFlow(check, 'istiod-xds-sidecar')).toEqual([
      'sidecars of namespace shop -> istiod istio-system/istiod 15012: allow',
    ]);
    expect(rowsOfFlow(check, 'ambient-dns')).toEqual(['ambient pods of namespace amb -> DNS 53: allow']);
    expect(rowsOfFlow(check, 'istiod-xds-gateway')).toHaveLength(1);
    expect(check.rows.find(({ flow }) => flow.id === 'istiod-metrics')).toMatchObject({
      from: { standIn: true, namespaces: ['metrics'] },
      flow: { need: 'needed' },
    });
  });
});

describe('servers', () => {
  it('keys of RequestAuthentications are fetched by istiod', () => {
    const auth = made('RequestAuthentication', 'shop/jwt', {
      jwtRules: [
        { issuer: 'https://one.example', jwksUri: 'https://keys.example:8443/jwks' },
        { issuer: 'https://two.example' },
        { issuer: 'three', jwks: '{"keys":[]}' },
      ],
    });
    const check = checked([istiod], [namespace('shop'), auth]);
    expect(rowsOfFlow(check, 'istiod-jwks')).toEqual([
      'istiod istio-system/istiod -> JWKS server keys.example 8443: allow',
      'istiod istio-system/istiod -> JWKS server two.example 443: allow',
    ]);
  });

  it('the API server is where its EndpointSlice says', () => {
    const slice = JSON.stringify({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        namespace: 'default',
        name: 'kubernetes',
        labels: { 'kubernetes.io/service-name': 'kubernetes' },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['198.51.100.4'] }],
      ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
    });
    const check = checked([istiod], [slice]);
    const row = check.rows.find(({ flow }) => flow.id === 'istiod-api-server');
    expect(row).toMatchObject({
      port: 6443,
      outcome: 'allow',
      witness: { destination: { address: '198.51.100.4' } },
    });
  });
});

describe('a rendered policy', () => {
  it('that selects pods of others is a finding', () => {
    const bare = release('istio-ingress', 'istio-system/istio', {
      gateways: { 'istio-ingressgateway': { labels: null } },
    });
    const check = checked([istiod, bare], [namespace('istio-system'), deployment('istio-system/other', 80)]);
    expect(check.findings.find(({ code }) => code === 'PC3446')?.message).toContain('istio-system/other');
  });
});
