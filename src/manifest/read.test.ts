import { describe, expect, it } from 'vitest';
import type { ModelObject } from '../model/index.ts';
import type { Manifests, ReadOptions } from './manifests.ts';
import { readManifests } from './read.ts';

function read(text: string, options?: ReadOptions): Manifests {
  return readManifests([{ name: 'x.yaml', text }], options);
}

function names(objects: Manifests['objects']): string[] {
  return objects.map(({ kind, metadata }: ModelObject) => `${kind} ${metadata.namespace}/${metadata.name}`);
}

function codes(manifests: Manifests): string[] {
  return manifests.diagnostics.map(({ code, severity }) => `${code} ${severity}`);
}

const policy = (rest: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: ns}\n${rest}`;

describe('readManifests', () => {
  it('reads every document of every source, and items of lists', () => {
    const manifests = readManifests([
      { name: 'a', text: 'kind: Namespace\napiVersion: v1\nmetadata: {name: a}\n---\n# nothing\n' },
      { name: 'b', text: '{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"b"}}]}' },
    ]);
    expect(names(manifests.objects)).toEqual(['Namespace /a', 'Pod default/b']);
    expect(manifests.diagnostics).toEqual([]);
  });

  it('gives objects without a namespace the one asked for, and cluster-wide ones none', () => {
    const text =
      'kind: Service\napiVersion: v1\nmetadata: {name: s}\n---\nkind: Node\napiVersion: v1\nmetadata: {name: k, namespace: x}\n';
    expect(names(read(text, { namespace: 'shop' }).objects)).toEqual(['Service shop/s', 'Node /k']);
  });

  it('reads on after a refused text, says so, and tells whose it was', () => {
    const text = `${policy('spec:\n\tx\n')}---\nkind: Namespace\napiVersion: v1\nmetadata: {name: a}\n`;
    const manifests = read(text);
    expect(names(manifests.objects)).toEqual(['Namespace /a']);
    expect(manifests.rejected).toMatchObject([{ kind: 'NetworkPolicy', namespace: 'ns', name: 'p' }]);
    expect(codes(manifests)).toEqual(['PC1002 error', 'PC1017 warning']);
  });

  it('rejects a policy with a misspelt peer list, and says that its rule allows all', () => {
    const manifests = read(policy('spec:\n  ingress:\n  - form:\n    - podSelector: {}\n'));
    expect(manifests.objects).toEqual([]);
    expect(manifests.rejected).toMatchObject([
      { kind: 'NetworkPolicy', object: { spec: { ingress: [{}] } } },
    ]);
    const [diagnostic] = manifests.diagnostics;
    expect(diagnostic).toMatchObject({ code: 'PC2004', severity: 'error', help: 'Did you mean from?' });
    expect(diagnostic?.message).toContain('allows traffic from everyone');
    const { start, end } = diagnostic!.span!;
    expect(diagnostic!.span!.source.text.slice(start, end)).toBe('form:\n    - podSelector: {}');
  });

  it.each([
    ['egress: [{too: [{podSelector: {}}]}]', 'PC2004', 'Did you mean to?'],
    ['ingress: [{to: [{podSelector: {}}]}]', 'PC2004', 'An ingress rule has from, not to.'],
    ['ingress: [{from: [{podSelector: {}}], port: []}]', 'PC2001', 'Did you mean ports?'],
    ['policyType: [Ingress]', 'PC2001', 'Did you mean policyTypes?'],
  ])('suggests for %s', (field, code, help) => {
    expect(read(policy(`spec: {${field}}\n`)).diagnostics).toMatchObject([{ code, severity: 'error', help }]);
  });

  it('refuses what the API server refuses, at the field', () => {
    const { diagnostics, rejected } = read(policy('spec: {podSelector: {matchLabels: {a: "b c"}}}\n'));
    expect(diagnostics).toMatchObject([{ code: 'PC2103' }]);
    expect(diagnostics[0]?.message).toContain(
      'spec.podSelector.matchLabels: Invalid value: "b c": a valid label',
    );
    const { source, start, end } = diagnostics[0]!.span!;
    expect(source.text.slice(start, end)).toBe('a: "b c"');
    expect(rejected).toHaveLength(1);
  });

  it('takes a CIDR with host bits from a cluster, not from a file', () => {
    const rule = 'spec: {ingress: [{from: [{ipBlock: {cidr: 10.0.0.1/8}}]}]}\n';
    expect(read(policy(rule)).rejected).toHaveLength(1);
    const stored = read(policy(rule).replace('name: p', 'name: p, uid: u'));
    expect([names(stored.objects), codes(stored)]).toEqual([['NetworkPolicy ns/p'], ['PC2106 warning']]);
  });

  it('only warns of unknown fields of other kinds, but refuses wrong types', () => {
    const text = (spec: string) => `kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec: {${spec}}\n`;
    const unknown = read(text('hostNetworks: true'));
    expect([names(unknown.objects), codes(unknown)]).toEqual([['Pod default/a'], ['PC2001 warning']]);
    const wrong = read(text('hostNetwork: "true"'));
    expect([names(wrong.objects), codes(wrong)]).toEqual([[], ['PC2002 error']]);
    expect(wrong.rejected).toMatchObject([{ kind: 'Pod', namespace: 'default', name: 'a' }]);
  });

  it('has nothing against what a server writes into its objects', () => {
    const metadata =
      'metadata: {name: p, uid: u, resourceVersion: "1", generation: 2, creationTimestamp: "2024-01-01T00:00:00Z", managedFields: [{manager: kubectl, fieldsV1: {"f:spec": {}}}]}\n';
    const text = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${metadata}spec: {podSelector: {}}\nstatus: {}\n`;
    const manifests = read(text);
    expect(manifests.diagnostics).toEqual([]);
    expect(manifests.objects[0]?.metadata.creationTimestamp).toBe('2024-01-01T00:00:00Z');
  });

  it('lets the later of two objects with one name win, across versions', () => {
    const account = (version: string, labels: string) =>
      `kind: AuthorizationPolicy\napiVersion: security.istio.io/${version}\nmetadata: {name: a, labels: {l: ${labels}}}\n`;
    const manifests = read(`${account('v1', 'first')}---\n${account('v1beta1', 'second')}`);
    expect(manifests.objects.map((object) => object.metadata.labels.l)).toEqual(['second']);
    expect(manifests.diagnostics).toMatchObject([{ code: 'PC2007', related: [{ span: { start: 0 } }] }]);
  });

  it.each([
    ['extensions/v1beta1', 'NetworkPolicy', 'networking.k8s.io/v1 and kind: NetworkPolicy'],
    ['apps/v1beta2', 'Deployment', 'apps/v1 and kind: Deployment'],
    ['v1', 'Deployment', 'apps/v1 and kind: Deployment'],
    ['networking.k8s.io/v1', 'Networkpolicy', 'networking.k8s.io/v1 and kind: NetworkPolicy'],
    ['security.istio.io/v1', 'AuthorisationPolicy', 'security.istio.io/v1 and kind: AuthorizationPolicy'],
  ])('knows no %s %s', (apiVersion, kind, help) => {
    const manifests = read(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`);
    expect(manifests.diagnostics).toMatchObject([{ code: 'PC2005', help: `Write apiVersion: ${help}.` }]);
    expect(manifests.rejected).toMatchObject([{ kind: help.split(': ')[1], name: 'a' }]);
  });

  it('counts kinds that are not read, tells of each once, and keeps policies of others', () => {
    const object = (apiVersion: string, kind: string, name: string) =>
      `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n`;
    const manifests = read(
      [
        object('v1', 'Secret', 'a'),
        object('v1', 'Secret', 'b'),
        object('serving.knative.dev/v1', 'Service', 'a'),
        object('networking.istio.io/v1', 'VirtualService', 'a'),
        object('projectcalico.org/v3', 'GlobalNetworkPolicy', 'a'),
        object('projectcalico.org/v3', 'NetworkPolicy', 'a'),
      ].join(''),
    );
    expect(manifests.objects).toEqual([]);
    expect([...manifests.ignored]).toEqual([
      ['Secret', 2],
      ['Service.serving.knative.dev', 1],
      ['VirtualService', 1],
    ]);
    expect(manifests.foreign.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
      ['GlobalNetworkPolicy', ''],
      ['NetworkPolicy', 'default'],
    ]);
    expect(codes(manifests)).toEqual([
      'PC2009 warning',
      'PC2009 warning',
      'PC2008 info',
      'PC2008 info',
      'PC2010 info',
    ]);
    expect(manifests.diagnostics[2]?.message).toBe('Secret (2): objects of this kind are not read');
  });

  it('takes the MeshConfig of the ConfigMap istio', () => {
    const text = (mesh: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: mesh}\ndata:\n  mesh: |\n    ${mesh}\n`;
    expect(read(text('trustDomain: td')).mesh).toEqual({ rootNamespace: 'mesh', trustDomain: 'td' });
    expect(codes(read(text('trustDomain: [')))).toEqual(['PC2220 error']);
  });

  it("keeps the template that Helm's comment names", () => {
    const text =
      '# Source: shop/templates/sa.yaml\nkind: ServiceAccount\napiVersion: v1\nmetadata: {name: a}\n';
    expect(read(`---\n${text}`).objects[0]?.origin.template).toBe('shop/templates/sa.yaml');
  });

  it('finds unknown annotations of Istio in templates too', () => {
    const template = 'template: {metadata: {annotations: {sidecar.istio.io/proxyLogLevel: debug}}}';
    const text = `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {spec: {${template}}}}\n`;
    const [diagnostic] = read(text).diagnostics;
    expect(diagnostic?.code).toBe('PC2011');
    expect(text.slice(diagnostic!.span!.start, diagnostic!.span!.end)).toBe(
      'sidecar.istio.io/proxyLogLevel: debug',
    );
  });

  it('survives any garbage', () => {
    for (const text of [
      '',
      '\0',
      '[',
      '{"',
      '---\n---\n',
      'kind: [a]\n',
      'kind: List\nitems: 3\n',
      '- - -\n',
      'a: &a [*a]\n',
    ]) {
      expect(read(text).objects, text).toEqual([]);
    }
  });
});

it('does not know the namespace of a refused object behind which text is not read', () => {
  const text =
    '  apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata: {name: p}\n  spec: {ingres: []}\nmetadata: {namespace: x}\n';
  const manifests = read(text);
  expect(codes(manifests)).toEqual(expect.arrayContaining(['PC1016 warning', 'PC2001 error']));
  const [rejected] = manifests.rejected;
  expect(rejected).toMatchObject({ kind: 'NetworkPolicy', name: 'p' });
  expect(rejected!.namespace).toBeUndefined();
});

it('names the template in every diagnostic of a document that Helm rendered', () => {
  const documents = [
    'a: [',
    policy('spec: {ingres: []}'),
    '- text',
    'kind: Secret\napiVersion: v1\nmetadata: {name: s}',
    'kind: CiliumNetworkPolicy\napiVersion: cilium.io/v2\nmetadata: {name: c}',
  ];
  const text = documents
    .map((document, i) => `---\n# Source: shop/templates/${i}.yaml\n${document}\n`)
    .join('');
  const { diagnostics } = read(`${text}---\n${policy('spec: {ingres: []}')}`);
  const templates = new Set(diagnostics.map(({ template }) => template));
  expect(templates).toEqual(new Set([...documents.map((_, i) => `shop/templates/${i}.yaml`), undefined]));
});
