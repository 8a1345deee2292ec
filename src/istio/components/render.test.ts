import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderComponent } from './render.ts';
import { type Chart, charts, type Release, type RenderedPolicy, type Value, type Values } from './types.ts';

const on: Values = { global: { networkPolicy: { enabled: true } } };

function release(chart: Chart, values: Values = on, more: Partial<Release> = {}): Release {
  const version = { text: '1.30.3', minor: 30 };
  return {
    chart,
    version,
    name: 'r',
    namespace: 'ns',
    values,
    chartVersion: '1.30.3',
    appVersion: '1.30.3',
    ...more,
  };
}

function policy(given: Release): RenderedPolicy {
  const rendering = renderComponent(given);
  if (rendering.kind !== 'policy') throw new Error(JSON.stringify(rendering));
  return rendering.policy;
}

const codes = (given: Release): readonly string[] => renderComponent(given).findings.map(({ code }) => code);

describe('what differs by version', () => {
  const at = (minor: number, chart: Chart = 'istiod', more: Partial<Release> = {}): Release =>
    release(chart, on, { version: { text: `1.${minor}.0`, minor }, ...more });

  it('has `from: []` up to 1.29', () => {
    expect([28, 29, 30, 31].map((minor) => policy(at(minor)).spec.ingress[0]!.from)).toEqual([
      [],
      [],
      undefined,
      undefined,
    ]);
  });

  it('quotes the namespace since 1.31', () => {
    expect(
      [28, 30, 31].map((minor) => policy(at(minor, 'istiod', { namespace: '123' })).metadata.namespace),
    ).toEqual([123, 123, '123']);
  });

  it.each(['istio-cni', 'ztunnel'] as const)('has no policy of %s in 1.28', (chart) => {
    expect(renderComponent(at(28, chart))).toMatchObject({
      kind: 'none',
      why: 'the chart has one since Istio 1.29, and this is 1.28.0',
      findings: [{ code: 'PC3416', path: ['global', 'networkPolicy', 'enabled'] }],
    });
    expect(renderComponent(at(29, chart)).kind).toBe('policy');
  });
});

describe('versions of charts', () => {
  it('stand in labels, as far as they fit', () => {
    const { labels } = policy(
      release('istiod', on, { chartVersion: `1.30.3+${'x'.repeat(48)}-y`, appVersion: '' }),
    ).metadata;
    expect(labels['helm.sh/chart']).toBe(`istiod-1.30.3_${'x'.repeat(48)}`);
    expect(labels).not.toHaveProperty('app.kubernetes.io/version');
  });
});

describe('failures', () => {
  const failure = (values: Values, chart: Chart = 'istiod'): unknown =>
    renderComponent(release(chart, { ...on, ...values }));

  it.each<[Values, string, string]>([
    [{ profile: 'ambint' }, 'unknown profile ambint', 'Did you mean ambient?'],
    [{ profile: 'default' }, 'unknown profile default', 'The default needs no name'],
    [{ platform: 'eks' }, 'unknown platform eks', 'The platforms of 1.30.3 are gke'],
    [{ compatibilityVersion: 1.3 }, 'unknown compatibility version 1.3', 'Quote it'],
    [{ compatibilityVersion: '1.30' }, 'unknown compatibility version 1.30', "is the chart's own version"],
    [{ revision: 131 }, 'incompatible types for comparison: float64 and string', 'revision: "131"'],
    [
      { global: { networkPolicy: true } },
      "can't evaluate field enabled in type bool",
      'global.networkPolicy.enabled: true',
    ],
    [{ global: null }, 'nil pointer evaluating interface {}.resourceScope', 'global must be a map, not null'],
    [{ defaults: { a: 1 } }, 'Setting with .default prefix found', 'Move what stands below defaults'],
    [{ ownerName: 'a: b' }, 'YAML parse error on istiod/templates/networkpolicy.yaml', 'unquoted'],
  ])('%j: %s', (values, message, help) => {
    expect(failure(values)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(message),
      help: expect.stringContaining(help),
    });
  });

  it('names the value at fault where it stands', () => {
    expect(failure({ global: { profile: 'nope' } })).toMatchObject({ path: ['global', 'profile'] });
    expect(failure({ labels: null }, 'gateway')).toMatchObject({
      path: ['labels'],
      message: expect.stringContaining('nil pointer'),
    });
  });

  it('hold also where no policy is asked for', () => {
    for (const chart of charts)
      expect(renderComponent(release(chart, { profile: 'nope' })).kind).toBe('failed');
  });
});

describe('findings', () => {
  it('none for plain values', () => {
    for (const chart of charts) {
      expect(renderComponent(release(chart)).findings).toEqual([]);
      expect(renderComponent(release(chart, {})).findings).toEqual([]);
    }
  });

  it.each<[string, Chart, Values, Partial<Release>?]>([
    ['PC3401', 'gateway', {}, { name: 'on' }],
    ['PC3401', 'gateway', {}, { name: '1e3' }],
    ['PC3401', 'istiod', { ownerName: '2001-01-01' }],
    ['PC3401', 'istio-ingress', { gateways: { 'istio-ingressgateway': { labels: { n: 5 } } } }],
    ['PC3402', 'istiod', { revision: null }],
    ['PC3402', 'gateway', { name: 'Upper' }],
    ['PC3403', 'gateway', { name: 'x'.repeat(70) }],
    ['PC3404', 'gateway', { labels: { 'istio.io/rev': 'x' } }],
    ['PC3405', 'gateway', { service: { ports: [{ port: 70000 }] } }],
    ['PC3405', 'istio-egress', { gateways: { 'istio-egressgateway': { ports: [{ port: 53.5 }] } } }],
    ['PC3406', 'gateway', { networkGateway: 'n1' }],
    [
      'PC3407',
      'istio-ingress',
      { gateways: { 'istio-ingressgateway': { ports: [{ port: 1, targetPort: 'web' }] } } },
    ],
    ['PC3408', 'gateway', { service: { ports: [{ name: 'x' }] } }],
    ['PC3409', 'gateway', { service: { ports: [{ port: 80, protocol: 'HTTP' }] } }],
    ['PC3410', 'istio-ingress', { gateways: { 'istio-ingressgateway': { labels: null } } }],
    ['PC3411', 'istiod', { global: { networkPolicy: { enabled: 'false' } } }],
    ['PC3412', 'istiod', { global: {}, networkPolicy: { enabled: true } }],
    ['PC3413', 'istiod', { global: { networkPolicy: { enabled: true }, resourceScope: 'zzz' } }],
    ['PC3414', 'istio-cni', { global: { networkPolicy: { enabled: true }, resourceScope: 'cluster' } }],
    ['PC3414', 'ztunnel', { resourceScope: 'cluster' }],
    ['PC3414', 'istiod', { profile: 'remote' }],
    ['PC3415', 'istio-cni', { profile: 'ambient', compatibilityVersion: '1.25' }],
    ['PC3417', 'gateway', { ownerName: 'me' }],
    ['PC3417', 'gateway', { service: { ports: [{ port: 1, targetPort: 'web' }] } }],
    ['PC3418', 'gateway', { service: { ports: [] } }],
    ['PC3418', 'gateway', { networkGateway: 'n', networkGatewayPorts: { tls: null } }],
    ['PC3418', 'istio-egress', { gateways: { 'istio-egressgateway': { labels: null } } }],
    ['PC3419', 'ztunnel', { networkPolicy: { enabled: false } }],
    ['PC3420', 'istiod', { revision: 'a', pilot: { revision: 'b' } }],
    ['PC3421', 'istiod', { global: { networkPolicy: { enabled: true }, revision: 'a' } }],
    ['PC3421', 'gateway', { global: { networkPolicy: { enabled: true }, revision: 'a' } }],
    ['PC3422', 'gateway', { labels: { build: 1234567 } }],
    ['PC3423', 'ztunnel', { revision: 'a' }],
    ['PC3423', 'ztunnel', { resourceName: 'a' }],
    ['PC3424', 'istiod', { _internal_defaults_do_not_set: { revision: 'a' } }],
    ['PC3425', 'istio-ingress', { gateways: { 'istio-ingressgateway': { labels: ['a'] } } }],
  ])('%s: %s with %j', (code, chart, values, more) => {
    expect(codes(release(chart, { ...on, ...values }, more))).toContain(code);
  });

  it('do not speak of the resourceName that istioctl gives to every ztunnel', () => {
    expect(codes(release('ztunnel', { ...on, resourceName: 'ztunnel' }))).toEqual([]);
  });

  it('are told at the value that decides', () => {
    const find = (chart: Chart, values: Values, code: string): unknown =>
      renderComponent(release(chart, { ...on, ...values })).findings.find((finding) => finding.code === code);
    expect(find('istiod', { pilot: { revision: null } }, 'PC3402')).toMatchObject({
      path: ['pilot', 'revision'],
    });
    expect(find('gateway', { service: { ports: [{ port: 1 }, { port: 70000 }] } }, 'PC3405')).toMatchObject({
      path: ['service', 'ports', 1, 'port'],
    });
    expect(find('gateway', { networkGateway: 'n' }, 'PC3406')).toMatchObject({
      message:
        'gateway: with networkGateway "n" the Service has the ports between networks, the policy does not: 15443, 15012, 15017 stay closed',
      help: 'Add to service.ports, which the Service then ignores: {port: 15443}, {port: 15012}, {port: 15017}.',
    });
  });

  it('count a gateway without a Service as one that may have no ports', () => {
    expect(codes(release('gateway', { ...on, service: { type: 'None', ports: [] } }))).not.toContain(
      'PC3418',
    );
  });

  it('know what each version has: networkGatewayPorts in the schema since 1.30', () => {
    const values: Values = { ...on, networkGatewayPorts: { tls: { port: 15443 } } };
    expect(codes(release('gateway', values, { version: { text: '1.29.0', minor: 29 } }))).toContain('PC3417');
    expect(codes(release('gateway', values))).not.toContain('PC3417');
  });
});

describe('integers of --set', () => {
  it('stay integers where a file has floating-point numbers', () => {
    const label = (value: Value): unknown =>
      policy(release('gateway', { ...on, labels: { build: value } })).metadata.labels.build;
    expect([label(1234567), label(1234567n)]).toEqual(['1.234567e+06', '1234567']);
  });
});

it('gives a result for any values', () => {
  const key = fc.constantFrom(
    'global',
    'networkPolicy',
    'enabled',
    'revision',
    'labels',
    'service',
    'ports',
    'gateways',
    'istio-ingressgateway',
    'name',
    'pilot',
    'cni',
    '_internal_defaults_do_not_set',
    'profile',
    'targetPort',
    '__proto__',
    'networkGateway',
    'ambient',
  );
  const { value } = fc.letrec<{ value: Value; map: Values }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<Value>(null, true, false, '', 'on', 'a: b', 0, 15021, 3n, 1e21),
      tie('map'),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
    map: fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  }));
  fc.assert(
    fc.property(fc.constantFrom(...charts), value, fc.boolean(), (chart, values, withSwitch) => {
      if (typeof values !== 'object' || values === null || Array.isArray(values)) return;
      const given = { ...(values as Values), ...(withSwitch && on) };
      expect(['policy', 'none', 'failed']).toContain(renderComponent(release(chart, given)).kind);
    }),
    { numRuns: 500 },
  );
});
