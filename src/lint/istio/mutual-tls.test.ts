import { from, peers, ports, sidecars } from '../../../test/support/istio-lint-examples.ts';
import { checkExamples, type LintExample } from '../../../test/support/lint-examples.ts';
import { made, service } from '../../../test/support/text-cluster.ts';

const web = { selector: { matchLabels: { app: 'web' } } };
const deny = { action: 'DENY' };
const front = 'cluster.local/ns/shop/sa/front';
const source = 'spec.rules[0].from[0].source';
const rule = (at: string, host: string, mode?: string): string =>
  made('DestinationRule', at, { host, ...(mode !== undefined && { trafficPolicy: { tls: { mode } } }) });
const balanced = (name: string): string =>
  service('shop/web', 80, 8080, { type: 'LoadBalancer', ...ports(80, 8080, name) });

const withoutService = sidecars.filter((text) => !(text.includes('"Service"') && text.includes('"web"')));

const examples: readonly LintExample[] = [
  {
    code: 'PC3261',
    what: 'a DENY rule that plain text escapes',
    bad: [...sidecars, from('shop/p', { namespaces: ['shop'] }, { ...web, ...deny })],
    at: `shop/p ${source}.namespaces`,
    good: [
      ...sidecars,
      from('shop/p', { namespaces: ['shop'] }, { ...web, ...deny }),
      peers('shop/all', 'STRICT'),
    ],
  },
  {
    code: 'PC3262',
    what: 'exceptions alone, which plain text satisfies',
    bad: [...sidecars, from('shop/p', { notNamespaces: ['legacy'] }, web)],
    at: `shop/p ${source}.notNamespaces`,
    good: [...sidecars, from('shop/p', { notNamespaces: ['legacy'], principals: ['*'] }, web)],
  },
  {
    code: 'PC3263',
    what: 'identities where mutual TLS is off',
    bad: [...sidecars, from('shop/p', { principals: [front] }, web), peers('shop/all', 'DISABLE')],
    at: `shop/p ${source}.principals`,
    good: [...sidecars, from('shop/p', { principals: [front] }, web), peers('shop/all', 'PERMISSIVE')],
  },
  {
    code: 'PC3264',
    what: 'a workload outside the mesh',
    bad: [...sidecars, peers('shop/p', 'STRICT')],
    at: 'shop/p spec.mtls.mode',
    good: [...sidecars.filter((text) => !text.includes('"old"')), peers('shop/p', 'STRICT')],
  },
  {
    code: 'PC3265',
    what: 'a Service that is open to the outside',
    bad: [...withoutService, balanced('http'), peers('shop/p', 'STRICT')],
    at: 'shop/web spec.ports[0]',
    good: [...withoutService, balanced('http'), peers('shop/p', 'PERMISSIVE')],
  },
  {
    code: 'PC3266',
    what: 'two policies of a namespace',
    bad: [...sidecars, peers('shop/a', 'STRICT'), peers('shop/b', 'PERMISSIVE')],
    at: 'shop/b metadata.name',
    good: [...sidecars, peers('shop/a', 'STRICT'), peers('shop/b', 'PERMISSIVE', web)],
  },
  {
    code: 'PC3266',
    what: 'two policies of a workload',
    bad: [
      ...sidecars,
      peers('shop/a', 'STRICT', web),
      peers('shop/b', 'PERMISSIVE', { selector: { matchLabels: { app: 'web' } } }),
    ],
    at: 'shop/b metadata.name',
    good: [
      ...sidecars,
      peers('shop/a', 'STRICT', web),
      peers('shop/b', 'PERMISSIVE', { selector: { matchLabels: { app: 'db' } } }),
    ],
  },
  {
    code: 'PC3267',
    what: 'the port of the Service',
    bad: [...sidecars, peers('shop/p', 'STRICT', { ...web, portLevelMtls: { 80: { mode: 'PERMISSIVE' } } })],
    at: 'shop/p spec.portLevelMtls[80]',
    good: [
      ...sidecars,
      peers('shop/p', 'STRICT', { ...web, portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } }),
    ],
  },
  {
    code: 'PC3268',
    what: 'plain text to STRICT',
    bad: [...sidecars, peers('shop/p', 'STRICT'), rule('shop/d', 'web', 'DISABLE')],
    at: 'shop/d spec.trafficPolicy',
    good: [...sidecars, peers('shop/p', 'STRICT'), rule('shop/d', 'web', 'ISTIO_MUTUAL')],
  },
  {
    code: 'PC3268',
    what: 'mutual TLS to DISABLE',
    bad: [...sidecars, peers('shop/p', 'DISABLE'), rule('shop/d', 'web', 'ISTIO_MUTUAL')],
    at: 'shop/d spec.trafficPolicy',
    good: [...sidecars, peers('shop/p', 'DISABLE'), rule('shop/d', 'web', 'DISABLE')],
  },
  {
    code: 'PC3268',
    what: 'mutual TLS to a pod outside the mesh',
    bad: [...sidecars, service('legacy/old', 80, 8080), rule('legacy/d', 'old', 'ISTIO_MUTUAL')],
    at: 'legacy/d spec.trafficPolicy',
    good: [...sidecars, service('legacy/old', 80, 8080), rule('legacy/d', 'old')],
  },
  {
    code: 'PC3269',
    what: 'a host that is not there',
    bad: [...sidecars, rule('shop/d', 'wbe')],
    at: 'shop/d spec.host',
    good: [...sidecars, rule('shop/d', 'web')],
  },
  {
    code: 'PC3269',
    what: 'a short name with its namespace',
    bad: [...sidecars, rule('legacy/d', 'web.shop')],
    at: 'legacy/d spec.host',
    good: [...sidecars, rule('legacy/d', '*.shop.svc.cluster.local')],
    fixed: 'web.shop.svc.cluster.local',
  },
  {
    code: 'PC3270',
    what: 'an identity that is gone',
    bad: [...sidecars, from('shop/p', { principals: [front] }, web), rule('shop/d', 'web', 'DISABLE')],
    at: 'shop/d spec.trafficPolicy',
    good: [...sidecars, from('shop/p', { ipBlocks: ['0.0.0.0/0'] }, web), rule('shop/d', 'web', 'DISABLE')],
  },
];

checkExamples(examples);
