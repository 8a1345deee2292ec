import {
  ambient,
  behindWaypoint,
  gateway,
  peers,
  policy,
  sidecars,
  to,
  tokens,
} from '../../../test/support/istio-lint-examples.ts';
import { checkExamples, type LintExample } from '../../../test/support/lint-examples.ts';
import { made, namespace, pod, service } from '../../../test/support/text-cluster.ts';

const target = (kind: string, name: string, group = ''): object => ({ targetRefs: [{ group, kind, name }] });
const gatewayGroup = 'gateway.networking.k8s.io';
const open = { rules: [{}] };

const examples: readonly LintExample[] = [
  {
    code: 'PC3201',
    what: 'a selector that no pod satisfies',
    bad: [...sidecars, policy('shop/p', open, 'wbe')],
    at: 'shop/p spec.selector',
    good: [...sidecars, policy('shop/p', open, 'web')],
  },
  {
    code: 'PC3201',
    what: 'a PeerAuthentication that selects nothing',
    bad: [...sidecars, peers('shop/p', 'STRICT', { selector: { matchLabels: { app: 'wbe' } } })],
    at: 'shop/p spec.selector',
    good: [...sidecars, peers('shop/p', 'STRICT')],
  },
  {
    code: 'PC3201',
    what: 'pods that are scaled to nothing',
    bad: [...sidecars, policy('shop/p', open, 'job')],
    at: 'shop/p spec.selector',
    good: [
      ...sidecars,
      policy('shop/p', open, 'job'),
      made('Deployment', 'shop/job', {
        replicas: 0,
        selector: { matchLabels: { app: 'job' } },
        template: { metadata: { labels: { app: 'job' } }, spec: { containers: [{ name: 'a', image: 'x' }] } },
      }),
    ],
  },
  {
    code: 'PC3202',
    what: 'a target that is not there',
    bad: [...behindWaypoint, policy('shop/p', { ...target('Service', 'wbe'), ...open })],
    at: 'shop/p spec.targetRefs[0].name',
    good: [...behindWaypoint, policy('shop/p', { ...target('Service', 'web'), ...open })],
  },
  {
    code: 'PC3202',
    what: 'a Gateway that is not there',
    bad: [...behindWaypoint, policy('shop/p', { ...target('Gateway', 'wya', gatewayGroup), ...open })],
    at: 'shop/p spec.targetRefs[0].name',
    good: [...behindWaypoint, policy('shop/p', { ...target('Gateway', 'way', gatewayGroup), ...open })],
  },
  {
    code: 'PC3203',
    what: 'a Service without a waypoint',
    bad: [...ambient, policy('shop/p', { ...target('Service', 'web'), ...open })],
    at: 'shop/p spec.targetRefs[0]',
    good: [...behindWaypoint, policy('shop/p', { ...target('Service', 'web'), ...open })],
  },
  {
    code: 'PC3203',
    what: 'a Gateway that Istio does not run',
    bad: [
      ...ambient,
      gateway('shop/edge', 'nginx'),
      policy('shop/p', { ...target('Gateway', 'edge', gatewayGroup), ...open }),
    ],
    at: 'shop/p spec.targetRefs[0]',
    good: [
      ...ambient,
      gateway('shop/edge', 'istio'),
      policy('shop/p', { ...target('Gateway', 'edge', gatewayGroup), ...open }),
    ],
  },
  {
    code: 'PC3203',
    what: 'a GatewayClass that is not that of waypoints',
    bad: [
      ...behindWaypoint,
      policy('istio-system/p', { ...target('GatewayClass', 'istio', gatewayGroup), ...open }),
    ],
    at: 'istio-system/p spec.targetRefs[0]',
    good: [
      ...behindWaypoint,
      policy('istio-system/p', { ...target('GatewayClass', 'istio-waypoint', gatewayGroup), ...open }),
    ],
  },
  {
    code: 'PC3204',
    what: 'pods outside the mesh',
    bad: [...sidecars, policy('legacy/p', open, 'old')],
    at: 'legacy/p spec.selector',
    good: [...sidecars, policy('shop/p', open, 'web')],
  },
  {
    code: 'PC3204',
    what: 'one pod of the namespace without a sidecar',
    bad: [
      ...sidecars,
      pod('shop/bare', { labels: { 'sidecar.istio.io/inject': 'false' } }),
      policy('shop/p', open),
    ],
    at: 'shop/p metadata.name',
    good: [
      ...sidecars,
      pod('shop/bare', { labels: { 'sidecar.istio.io/inject': 'false' } }),
      policy('istio-system/p', open),
    ],
  },
  {
    code: 'PC3205',
    what: 'a selector that picks only a waypoint',
    bad: [
      ...behindWaypoint,
      made('AuthorizationPolicy', 'shop/p', {
        selector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'way' } },
        ...open,
      }),
    ],
    at: 'shop/p spec.selector',
    good: [...behindWaypoint, policy('shop/p', { ...target('Gateway', 'way', gatewayGroup), ...open })],
  },
  {
    code: 'PC3206',
    what: 'a workload that nothing opens',
    bad: [...sidecars, policy('istio-system/p', {})],
    at: 'istio-system/p spec',
    good: [
      ...sidecars,
      policy('istio-system/p', {}),
      to('shop/web', { methods: ['GET'] }, {}, 'web'),
      to('shop/db', { ports: ['5432'] }, {}, 'db'),
    ],
  },
  {
    code: 'PC3207',
    what: 'a waypoint that is not there',
    bad: [...behindWaypoint.slice(0, -1), gateway('shop/wya', 'istio-waypoint')],
    at: 'shop metadata.labels[istio.io/use-waypoint]',
    good: behindWaypoint,
  },
  {
    code: 'PC3208',
    what: 'a waypoint that takes other traffic',
    bad: [
      ...ambient.slice(0, 2),
      JSON.stringify({
        ...JSON.parse(service('shop/web', 80, 8080)),
        metadata: { namespace: 'shop', name: 'web', labels: { 'istio.io/use-waypoint': 'way' } },
      }),
      gateway('shop/way', 'istio-waypoint', { 'istio.io/waypoint-for': 'workload' }),
    ],
    at: 'shop/web metadata.labels[istio.io/use-waypoint]',
    good: [
      ...ambient.slice(0, 2),
      JSON.stringify({
        ...JSON.parse(service('shop/web', 80, 8080)),
        metadata: { namespace: 'shop', name: 'web', labels: { 'istio.io/use-waypoint': 'way' } },
      }),
      gateway('shop/way', 'istio-waypoint', { 'istio.io/waypoint-for': 'all' }),
    ],
  },
  {
    code: 'PC3210',
    what: 'a selector in the root namespace',
    bad: [
      ...sidecars,
      namespace('istio-system'),
      peers('istio-system/p', 'STRICT', { selector: { matchLabels: { app: 'web' } } }),
    ],
    at: 'istio-system/p spec.selector',
    good: [...sidecars, peers('shop/p', 'STRICT', { selector: { matchLabels: { app: 'web' } } })],
  },
  {
    code: 'PC3252',
    what: 'tokens that only a ztunnel would have to read',
    bad: [...ambient, tokens('shop/t', 'https://a')],
    at: 'shop/t metadata.name',
    good: [...behindWaypoint, tokens('shop/t', 'https://a', target('Service', 'web'))],
  },
];

checkExamples(examples);
