import {
  ambient,
  behindWaypoint,
  from,
  peers,
  policy,
  sidecars,
  to,
} from '../../../test/support/istio-lint-examples.ts';
import { checkExamples, type LintExample } from '../../../test/support/lint-examples.ts';
import { made, namespace } from '../../../test/support/text-cluster.ts';

const web = { selector: { matchLabels: { app: 'web' } } };
const service = { targetRefs: [{ group: '', kind: 'Service', name: 'web' }] };
const deny = { action: 'DENY' };
const front = 'cluster.local/ns/shop/sa/front';
const way = 'cluster.local/ns/shop/sa/way';
const operation = 'spec.rules[0].to[0].operation';
const source = 'spec.rules[0].from[0].source';

const examples: readonly LintExample[] = [
  {
    code: 'PC3243',
    what: 'a DENY rule about HTTP at a ztunnel',
    bad: [...ambient, to('shop/p', { paths: ['/admin*'] }, { ...web, ...deny })],
    at: `shop/p ${operation}.paths`,
    good: [...behindWaypoint, to('shop/p', { paths: ['/admin*'] }, { ...service, ...deny })],
  },
  {
    code: 'PC3243',
    what: 'a selector where a waypoint stands',
    bad: [...behindWaypoint, to('shop/p', { paths: ['/admin*'] }, { ...web, ...deny })],
    at: `shop/p ${operation}.paths`,
    good: [...sidecars, to('shop/p', { paths: ['/admin*'] }, { ...web, ...deny })],
  },
  {
    code: 'PC3244',
    what: 'an ALLOW rule about HTTP at a ztunnel',
    bad: [...ambient, to('shop/p', { methods: ['GET'] }, web)],
    at: `shop/p ${operation}.methods`,
    good: [...ambient, to('shop/p', { ports: ['8080'] }, web)],
  },
  {
    code: 'PC3245',
    what: 'a DENY rule of which the port is left',
    bad: [...ambient, to('shop/p', { ports: ['8080'], methods: ['POST'] }, { ...web, ...deny })],
    at: `shop/p ${operation}.methods`,
    good: [...ambient, to('shop/p', { ports: ['8080'] }, { ...web, ...deny })],
  },
  {
    code: 'PC3246',
    what: 'an action that ztunnel does not know',
    bad: [...ambient, policy('shop/p', { ...web, action: 'CUSTOM', provider: { name: 'a' }, rules: [{}] })],
    at: 'shop/p spec.action',
    good: [...sidecars, policy('shop/p', { ...web, action: 'CUSTOM', provider: { name: 'a' }, rules: [{}] })],
  },
  {
    code: 'PC3246',
    what: 'a selector without labels',
    bad: [...ambient, policy('shop/p', { selector: {}, ...deny, rules: [{}] })],
    at: 'shop/p spec.selector',
    good: [...ambient, policy('shop/p', { ...deny, rules: [{}] })],
  },
  {
    code: 'PC3246',
    what: 'a dry run',
    bad: [
      ...ambient,
      made(
        'AuthorizationPolicy',
        'shop/p',
        { ...web, rules: [{}] },
        { annotations: { 'istio.io/dry-run': 'true' } },
      ),
    ],
    at: 'shop/p metadata.annotations[istio.io/dry-run]',
    good: [
      ...sidecars,
      made(
        'AuthorizationPolicy',
        'shop/p',
        { ...web, rules: [{}] },
        { annotations: { 'istio.io/dry-run': 'true' } },
      ),
    ],
  },
  {
    code: 'PC3247',
    what: 'trust domains that ztunnel never sees',
    bad: [...ambient, from('shop/p', { trustDomains: ['cluster.local'], ipBlocks: ['0.0.0.0/0'] }, web)],
    at: `shop/p ${source}.trustDomains`,
    good: [...sidecars, from('shop/p', { trustDomains: ['cluster.local'], ipBlocks: ['0.0.0.0/0'] }, web)],
  },
  {
    code: 'PC3248',
    what: 'clients that come by way of a waypoint',
    bad: [...behindWaypoint, from('shop/p', { principals: [front] }, web)],
    at: `shop/p ${source}.principals`,
    good: [...behindWaypoint, from('shop/p', { principals: [front, way] }, web)],
  },
  {
    code: 'PC3248',
    what: 'clients that a waypoint hides from a DENY policy',
    bad: [...behindWaypoint, from('shop/p', { principals: [front] }, { ...web, ...deny })],
    at: `shop/p ${source}.principals`,
    good: [...behindWaypoint, from('shop/p', { principals: [front] }, { ...service, ...deny })],
  },
  {
    code: 'PC3249',
    what: 'a way around the waypoint',
    bad: [...behindWaypoint, to('shop/p', { methods: ['GET'] }, service)],
    at: 'shop/p spec.targetRefs',
    good: [
      ...behindWaypoint,
      to('shop/p', { methods: ['GET'] }, service),
      from('shop/q', { principals: [way] }, web),
    ],
  },
  {
    code: 'PC3271',
    what: 'STRICT that is left to be inherited',
    bad: [
      ...ambient,
      namespace('istio-system'),
      peers('istio-system/mesh', 'STRICT'),
      peers('shop/all', 'UNSET'),
      peers('shop/p', 'UNSET', { ...web, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } }),
    ],
    at: 'istio-system/mesh spec.mtls.mode',
    good: [
      ...ambient,
      namespace('istio-system'),
      peers('istio-system/mesh', 'STRICT'),
      peers('shop/p', 'STRICT', { ...web, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } }),
    ],
  },
];

checkExamples(examples);
