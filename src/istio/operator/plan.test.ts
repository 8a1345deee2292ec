import { describe, expect, it } from 'vitest';
import { type Installation, type OperatorFailure, planInstallation, readOperator } from './index.ts';

const version = { text: '1.30.3', minor: 30 };
const on = 'values.global.networkPolicy.enabled=true';

function plan(spec: string, ...sets: string[]): Installation | OperatorFailure {
  const text = `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\n${spec}`;
  const { operator, diagnostics } = readOperator({ name: 'operator.yaml', text });
  expect(diagnostics).toEqual([]);
  return planInstallation({ operators: [operator!], sets, version });
}

function planned(spec: string, ...sets: string[]): Installation {
  const result = plan(spec, ...sets);
  if (result.kind === 'failed') throw new Error(result.message);
  return result;
}

function where({ releases }: Installation): readonly string[] {
  return releases.map(({ component, namespace }) => `${component} ${namespace}`);
}

describe('which components are installed, and where', () => {
  it.each([
    ['', ['Pilot istio-system', 'IngressGateways istio-system']],
    ['{profile: default}', ['Pilot istio-system', 'IngressGateways istio-system']],
    ['{profile: minimal}', ['Pilot istio-system']],
    ['{profile: remote}', ['Pilot istio-system']],
    ['{profile: empty}', []],
    [
      '{profile: demo}',
      ['Pilot istio-system', 'IngressGateways istio-system', 'EgressGateways istio-system'],
    ],
    ['{profile: ambient}', ['Pilot istio-system', 'Cni istio-system', 'Ztunnel istio-system']],
    ['{profile: openshift-ambient}', ['Pilot istio-system', 'Cni kube-system', 'Ztunnel kube-system']],
    [
      '{profile: minimal, components: {cni: {enabled: true, namespace: cni}}}',
      ['Pilot istio-system', 'Cni cni'],
    ],
    ['{profile: minimal, values: {global: {istioNamespace: mesh}}}', ['Pilot mesh']],
    ['{components: {pilot: {enabled: false}, ingressGateways: []}}', []],
    ['{components: {pilot: null, ingressGateways: []}}', ['Pilot istio-system']],
    [
      '{profile: minimal, values: {gateways: {istio-ingressgateway: {enabled: true}}}}',
      ['Pilot istio-system', 'IngressGateways istio-system'],
    ],
  ])('spec: %s', (spec, expected) => {
    expect(where(planned(`spec: ${spec}`))).toEqual(expected);
  });

  it('takes files in their order and --set after them', () => {
    const files = ['demo', 'ambient'].map(
      (profile) =>
        readOperator({ name: profile, text: `kind: IstioOperator\nspec: {profile: ${profile}}` }).operator!,
    );
    const input = { operators: files, sets: [], version };
    expect(planInstallation(input)).toMatchObject({ profile: 'ambient' });
    expect(planInstallation({ ...input, sets: ['profile=minimal'] })).toMatchObject({ profile: 'minimal' });
  });
});

describe('what charts are given', () => {
  it('names every release istio, with the charts of the release', () => {
    const [istiod] = planned('').releases;
    expect(istiod).toMatchObject({
      chart: 'istiod',
      name: 'istio',
      chartVersion: '1.30.3',
      appVersion: '1.30.3',
    });
  });

  it('copies revision and compatibility version into the values, and the values over them', () => {
    expect(planned('spec: {revision: canary}').releases[0]!.values).toMatchObject({ revision: 'canary' });
    const both = planned('spec: {revision: canary, values: {revision: other}}');
    expect(both.releases[0]!.values).toMatchObject({ revision: 'other' });
    expect(both.owner.revision).toBe('other');
    const old = planned('', 'compatibilityVersion=1.28');
    expect(old.releases[0]!.values).toMatchObject({ compatibilityVersion: '1.28' });
  });

  it("writes a gateway's name, labels and ports into its values, 0 for a targetPort that nobody said", () => {
    const { releases } = planned(
      'spec: {profile: empty, components: {ingressGateways: [{name: gw, label: {istio: gw}, k8s: {service: {ports: [{port: 8443, name: tls}]}}}]}}',
    );
    expect(releases[0]!.values.gateways).toMatchObject({
      'istio-ingressgateway': {
        name: 'gw',
        labels: { istio: 'gw' },
        ports: [{ name: 'tls', port: 8443, targetPort: 0 }],
      },
    });
  });

  it('makes the values of ztunnel flat: all that is no map, global, and its own on top', () => {
    const { releases } = planned(
      'spec: {profile: ambient, revision: canary, values: {pilot: {image: x}, ztunnel: {resourceName: zt}}}',
    );
    expect(releases.at(-1)!.values).toMatchObject({
      revision: 'canary',
      profile: 'ambient',
      resourceName: 'zt',
      global: { istioNamespace: 'istio-system' },
    });
    expect(releases.at(-1)!.values).not.toHaveProperty('pilot');
  });

  it('puts unvalidatedValues over everything, with types that values may not have', () => {
    const { releases } = planned(
      'spec: {unvalidatedValues: {global: {networkPolicy: {enabled: "false"}}}}',
      on,
    );
    expect(releases[0]!.values.global).toMatchObject({ networkPolicy: { enabled: 'false' } });
  });

  it('has integers of --set as floats, as istioctl copies values by way of JSON', () => {
    const { releases } = planned('', 'unvalidatedValues.ownerName=1234567');
    expect(releases[0]!.values.ownerName).toBe(1234567);
  });
});

describe('refusals', () => {
  it.each([
    [
      'spec: {profile: ambiant}',
      'merge inputs: profile "ambiant" not found: open profiles/ambiant.yaml: file does not exist',
      'Do you mean ambient?',
      'PC3431',
    ],
    [
      'spec: {values: {global: {networkpolicy: {enabled: true}}}}',
      'could not unmarshal: error unmarshaling JSON: while decoding JSON: unknown field "networkpolicy" in istio.operator.v1alpha1.GlobalConfig',
      'Do you mean networkPolicy?',
      'PC3430',
    ],
    [
      'spec: {values: {networkPolicy: {enabled: true}}}',
      'could not unmarshal: error unmarshaling JSON: while decoding JSON: unknown field "networkPolicy" in istio.operator.v1alpha1.Values',
      'spec.unvalidatedValues',
      'PC3430',
    ],
    [
      'spec: {values: {global: {networkPolicy: true}}}',
      'could not unmarshal: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal bool into Go value of type map[string]json.RawMessage',
      'values.global.networkPolicy takes a map.',
      'PC3430',
    ],
    [
      'spec: {revision: "130"}',
      'could not unmarshal: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go value of type string',
      'values.revision takes a text',
      'PC3430',
    ],
    [
      'spec: {revision: 130}',
      'could not unmarshal: json: cannot unmarshal number into Go struct field IstioOperatorSpec.spec.revision of type string',
      'spec.revision takes a text',
      'PC3430',
    ],
    ['spec: {revision: v1.30}', 'invalid revision specified: v1.30', 'Write 1-30-3 for 1.30.3.', 'PC3430'],
    [
      'spec: {component: {}}',
      'could not unmarshal: json: unknown field "component"',
      'do you mean components?',
      'PC3430',
    ],
    [
      'spec: {components: {ingressGateways: [{name: gw, enabled: "yes"}]}}',
      'could not unmarshal: json: cannot unmarshal string into Go struct field GatewayComponentSpec.spec.components.ingressGateways.ComponentSpec.enabled of type bool',
      'true or false, without quotes',
      'PC3430',
    ],
    [
      'spec: {components: {ingressGateways: [{name: gw, k8s: {service: {ports: [{name: http2, port: 80}]}}}]}}',
      'port http2/80 in gateway gw invalid: targetPort is set to 0, which requires root. Set targetPort to be greater than 1024 or configure values.gateways.istio-ingressgateway.runAsRoot=true',
      'Give port 80 of gw a targetPort',
      'PC3430',
    ],
  ])('%s', (spec, message, help, code) => {
    expect(plan(spec)).toMatchObject({ kind: 'failed', code, message, help: expect.stringContaining(help) });
  });

  it('of fields that a release does not have yet', () => {
    const values = ['values.global.enableReaderRBAC=false'];
    expect(
      planInstallation({ operators: [], sets: values, version: { text: '1.29.6', minor: 29 } }),
    ).toMatchObject({
      message: expect.stringContaining('unknown field "enableReaderRBAC"'),
    });
    expect(planInstallation({ operators: [], sets: values, version })).toMatchObject({
      kind: 'installation',
    });
    const taint = { operators: [], sets: ['values.pilot.taint.name=x'] };
    expect(planInstallation({ ...taint, version: { text: '1.30.2', minor: 30 } })).toMatchObject({
      kind: 'failed',
    });
    expect(planInstallation({ ...taint, version })).toMatchObject({ kind: 'installation' });
  });

  it('of every installation with these values before 1.28', () => {
    expect(
      planInstallation({ operators: [], sets: [on], version: { text: '1.27.3', minor: 27 } }),
    ).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('unknown field "networkPolicy"'),
      help: expect.stringContaining('came with 1.28'),
    });
  });

  it('where istioctl panics', () => {
    expect(plan('spec: {components: {ingressGateways: null}}')).toMatchObject({
      kind: 'failed',
      panics: true,
    });
    expect(plan('spec: {values: x}')).toMatchObject({
      panics: true,
      message: 'not a map, got string: x string',
    });
  });
});
