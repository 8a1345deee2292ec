import { describe, expect, it } from 'vitest';
import { validateNetworkPolicyText } from './network-policy-server.ts';

const head = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n';

function answer(spec: string): ReturnType<typeof validateNetworkPolicyText> {
  return validateNetworkPolicyText(`${head}spec:\n${spec}`);
}

describe('validateNetworkPolicyText', () => {
  it.each([
    [
      'the first in the order of sorted keys',
      '  policyTypes: a\n  ingress: b\n',
      'NetworkPolicySpec.spec.ingress of type []v1.NetworkPolicyIngressRule',
    ],
    [
      'a member by its list',
      '  policyTypes: [[]]\n',
      'NetworkPolicySpec.spec.policyTypes of type v1.PolicyType',
    ],
    [
      'a fraction',
      '  ingress: [{ports: [{port: 80.5}]}]\n',
      'cannot unmarshal number 80.5 into Go struct field NetworkPolicyPort.spec.ingress.ports.port of type int32',
    ],
    [
      'a wide number',
      '  ingress: [{ports: [{endPort: 4294967376}]}]\n',
      'number 4294967376 into Go struct field NetworkPolicyPort.spec.ingress.ports.endPort',
    ],
    [
      'a named string',
      '  egress: [{ports: [{protocol: 6}]}]\n',
      'cannot unmarshal number into Go struct field NetworkPolicyPort.spec.egress.ports.protocol of type v1.Protocol',
    ],
    [
      'a port, at which it stops, before what it only remembers',
      '  egress: x\n  ingress: [{ports: [{port: []}]}]\n',
      'array into Go struct field NetworkPolicyPort.spec.ingress.ports.port of type int32',
    ],
    [
      'a map',
      '  podSelector: {matchLabels: [a]}\n',
      'array into Go struct field LabelSelector.spec.podSelector.matchLabels of type map[string]string',
    ],
  ])('words %s as the decoder does', (_what, spec, words) => {
    expect(answer(spec)).toMatchObject({
      valid: false,
      errors: [],
      decodeError: expect.stringContaining(words),
    });
  });

  it.each([
    ['kind: Networkpolicy\n', 'no kind "Networkpolicy" is registered for version "networking.k8s.io/v1"'],
    ['apiVersion: v1\nkind: NetworkPolicy\n', 'no kind "NetworkPolicy" is registered for version "v1"'],
    ['- a\n', "couldn't get version/kind; json parse error: json: cannot unmarshal array"],
    [
      'kind: 1\n',
      "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind",
    ],
    ['apiVersion: /v1\n', 'no kind "NetworkPolicy" is registered for version "v1"'],
    ['apiVersion: a/b/c\n', 'unexpected GroupVersion string: a/b/c'],
    ['Kind: Pod\n', 'no kind "Pod" is registered for version "networking.k8s.io/v1"'],
    ['{"kind": "NetworkPolicy", "KIND": "Pod"}', 'no kind "Pod" is registered'],
    ['---\n- a\n', "couldn't get version/kind; json parse error: "],
    ['a: -.inf\n', 'json: unsupported value: -Inf'],
    ['a: !!float .NaN\n', 'json: unsupported value: NaN'],
    ['{"a": 1,}', "couldn't get version/kind; json parse error: "],
    ['{"metadata": {"name": "p"}} {}', "couldn't get version/kind; json parse error: "],
    ['{"metadata": {"name": "p"}} x', "couldn't get version/kind; json parse error: "],
    ['a: [\n', 'yaml: '],
  ])('cannot decode %j', (text, words) => {
    expect(validateNetworkPolicyText(text).decodeError).toContain(words);
  });

  it('counts equal keys of YAML as one strict error, and keeps the last', () => {
    const { strictErrors, stored } = answer('  policyTypes: [Ingress]\n  policyTypes:\n  - Egress\n  x: 1\n');
    expect(strictErrors).toEqual([
      'yaml: unmarshal errors:\n  line 7: key "policyTypes" already set in map',
      'unknown field "spec.x"',
    ]);
    expect(stored).toEqual({ podSelector: {}, policyTypes: ['Egress'] });
  });

  it('names repeated keys of JSON by their path, in reading order', () => {
    const text =
      '{"metadata":{"name":"p","labels":{"a.b":"c","a.b":"d"}},"z":{"y":1,"y":2},"spec":{"podSelector":{},"podSelector":{}}}';
    expect(validateNetworkPolicyText(text).strictErrors).toEqual([
      'duplicate field "metadata.labels.a.b"',
      'unknown field "z"',
      'duplicate field "spec.podSelector"',
    ]);
  });

  it('warns of addresses that are not in canonical form, of accepted objects only', () => {
    const rule = (cidr: string) => `  ingress: [{from: [{ipBlock: {cidr: "${cidr}"}}]}]\n`;
    const field = 'spec.ingress[0].from[0].ipBlock.cidr';
    expect(answer(rule('2001:DB8::/32')).warnings).toEqual([
      `${field}: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")`,
    ]);
    expect(answer(rule('10.0.0.1/8'))).toMatchObject({
      valid: false,
      warnings: [],
      looseCIDR: { valid: true },
    });
    expect(answer(`${rule('10.0.0.1/8')}  policyTypes: [x]\n`).looseCIDR).toMatchObject({
      valid: false,
      errors: [expect.stringContaining('policyTypes[0]')],
      warnings: [],
    });
  });

  it('looks no further where one fault hides the rest', () => {
    const errors = (spec: string) => answer(spec).errors;
    expect(errors('  policyTypes: [a, b, c]\n')).toEqual([
      'spec.policyTypes: Invalid value: ["a","b","c"]: may not specify more than two policyTypes',
    ]);
    expect(errors('  egress: [{to: [{ipBlock: {cidr: x, except: [z]}}]}]\n')).toHaveLength(1);
    expect(errors('  ingress: [{ports: [{port: http, endPort: 0}]}]\n')).toHaveLength(1);
    expect(errors('  ingress: [{ports: [{port: 70000, endPort: 0}]}]\n')).toEqual([
      'spec.ingress[0].ports[0].endPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ingress[0].ports[0].endPort: Invalid value: 70000: must be greater than or equal to `port`',
      'spec.ingress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ]);
  });

  it('checks metadata', () => {
    const text = 'metadata: {name: p, annotations: {A/b c: ""}, finalizers: [orphan, x, a/b]}\n';
    const { errors } = validateNetworkPolicyText(text);
    expect(errors).toHaveLength(2);
    expect(errors[0]).toContain('metadata.annotations: Invalid value: "A/b c": name part must consist');
    expect(errors[1]).toBe(
      'metadata.finalizers[1]: Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified',
    );
  });

  it('reads the first document only, even one without a node, and does not cut the text beforehand', () => {
    const errors = (text: string) => validateNetworkPolicyText(text).errors;
    const nameless = ['metadata.name: Required value: name or generateName is required'];
    expect(errors(`${head}---\nkind: Pod\n`)).toEqual([]);
    expect(errors(`# none\n---\n${head}`)).toEqual([]);
    expect(errors(`---\n---\n${head}`)).toEqual(nameless);
    expect(errors('--- {metadata: {name: p}}\n')).toEqual([]);
    expect(errors('--- {}\n')).toEqual(nameless);
  });

  it('names a list of finalizers for their form and holds a generated name against its prefix', () => {
    const texts = (metadata: string) =>
      validateNetworkPolicyText(`metadata: ${metadata}\n`).errors.map((error) => error.slice(0, 60));
    expect(texts('{name: p, finalizers: [a/b c]}')).toEqual([
      'metadata.finalizers: Invalid value: "a/b c": name part must ',
    ]);
    expect(texts('{name: p, finalizers: [orphan, foregroundDeletion]}')).toEqual([
      'metadata.finalizers: Invalid value: ["orphan","foregroundDel',
    ]);
    expect(texts('{generateName: a-}')).toEqual([]);
    expect(texts('{generateName: a_b}')).toEqual([
      'metadata.generateName: Invalid value: "a_b": a lowercase RFC',
    ]);
  });

  it('quotes as Go does, named strings as its JSON writer', () => {
    const { errors, strictErrors } = answer(
      '  policyTypes: ["<\\u2028\\ufeff"]\n  podSelector: {"\\u200b": 1, matchLabels: {"a\\u2028": "", "a\\u2028": ""}}\n',
    );
    expect(errors.join()).toContain('Unsupported value: "\\u003c\\u2028\ufeff"');
    expect(errors.join()).toContain('Invalid value: "a\\u2028"');
    expect(strictErrors).toEqual([
      'yaml: unmarshal errors:\n  line 6: key "a\\u2028" already set in map',
      'unknown field "spec.podSelector.\\u200b"',
    ]);
  });

  it('takes nothing at all for an empty object', () => {
    expect(validateNetworkPolicyText('# only this\n').errors).toEqual([
      'metadata.name: Required value: name or generateName is required',
    ]);
  });
});
