import { describe, expect, test } from 'vitest';
import { temporaryTree } from '../../../test/support/temporary-tree.ts';
import { recorder } from '../../../test/support/terminal.ts';
import { readManifests } from '../../manifest/index.ts';
import { run } from '../run.ts';
import type { Terminal } from '../terminal.ts';

const on = '--set global.networkPolicy.enabled=true';

async function policies(
  args: string | readonly string[],
  change: Partial<Terminal> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = recorder(change);
  const words = typeof args === 'string' ? args.split(' ').filter((word) => word !== '') : args;
  const code = await run(['istio', 'policies', ...words], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

function namesIn(text: string): readonly string[] {
  const { objects, rejected, diagnostics } = readManifests([{ name: 'out', text }]);
  expect({ rejected, diagnostics }).toEqual({ rejected: [], diagnostics: [] });
  return objects.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

test('all charts of Helm under the names of the documentation, as kubectl takes them', async () => {
  const { code, out, err } = await policies(`--istio 1.30.3 ${on}`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(namesIn(out)).toEqual([
    'istio-system/istiod',
    'istio-system/istio-cni',
    'istio-system/ztunnel',
    'istio-ingress/istio-ingress',
  ]);
  expect(out).toMatch(
    /^---\n# Source: istiod\/templates\/networkpolicy.yaml\napiVersion: networking.k8s.io\/v1\nkind: NetworkPolicy\nmetadata:\n {2}name: istiod\n/,
  );
  expect(out).toContain('# Source: cni/templates/networkpolicy.yaml\n');
});

test('the version: a minor alone, none, and what it knows', async () => {
  const minor = await policies(`--istio 1.28 ${on} -o table`);
  expect(minor.err).toContain('note: --istio 1.28 is taken as 1.28.0.\n');
  expect(minor.err).toContain('istio-cni');
  expect(minor.err).toContain('since Istio 1.29');
  expect(minor.out).toMatch(/^istio-cni +istio-system\/ \(none\)/m);
  expect((await policies(on)).err).toContain('note: without --istio: 1.30.3, the newest final release');
  for (const text of ['1.27.0', '1.99', '2.0', 'latest']) {
    const refused = await policies(`--istio ${text}`);
    expect(refused).toMatchObject({ code: 64, out: '' });
    expect(refused.err).toContain(`--istio ${text}`);
  }
});

test('charts, releases and namespaces', async () => {
  const { out } = await policies(`--istio 1.31.0-rc.0 --chart gateway --release public -n edge ${on}`);
  expect(namesIn(out)).toEqual(['edge/public']);
  expect(
    namesIn((await policies(`--istio 1.30.3 --chart cni,istio/ztunnel -n kube-system ${on}`)).out),
  ).toEqual(['kube-system/istio-cni', 'kube-system/ztunnel']);
  expect((await policies('--chart ztunel')).err).toContain('Did you mean ztunnel?');
  const archived = await policies(`--istio 1.30.3 --chart istio-ingress,istio-egress ${on}`);
  expect(namesIn(archived.out)).toEqual([
    'istio-system/istio-ingressgateway',
    'istio-system/istio-egressgateway',
  ]);
  expect((await policies('--release x')).err).toContain(
    '--release x names one release, and there are 4 charts',
  );
  expect((await policies('--chart istiod --release Istiod')).err).toContain('is a name that Helm refuses');
});

test('without the value nothing is rendered, and it is said how', async () => {
  const { code, out, err } = await policies('--istio 1.30.3 --chart istiod');
  expect({ code, out }).toEqual({ code: 0, out: '' });
  expect(err).toContain('note: istiod: no NetworkPolicy: ');
  expect(err).toContain('global.networkPolicy.enabled');
});

test('JSON as kubectl prints objects: one alone, several as a List', async () => {
  const one = JSON.parse((await policies(`--istio 1.30.3 --chart istiod ${on} -o json`)).out);
  expect(one).toMatchObject({ kind: 'NetworkPolicy', metadata: { name: 'istiod' } });
  const many = JSON.parse((await policies(`--istio 1.30.3 ${on} -o json`)).out);
  expect(many).toMatchObject({ apiVersion: 'v1', kind: 'List', items: [one, {}, {}, {}] });
  expect(JSON.parse((await policies('--istio 1.30.3 --chart istiod -o json')).out).items).toEqual([]);
});

describe('values', () => {
  const cwd = (): string =>
    temporaryTree({
      'on.yaml': 'global: {networkPolicy: {enabled: true}}\n',
      'ports.yaml':
        'service:\n  ports:\n  - {port: 80, targetPort: 8080}\n  - {port: 443, targetPort: https}\n',
      'list.yaml': '- a\n',
      'broken.yaml': 'a: 1\n\tb: 2\n',
      'two.yaml': 'global: {networkPolicy: {enabled: true}}\n---\nrevision: canary\n',
      'empty.yaml': '',
      'revision.txt': 'canary',
    });

  test('of several files and flags, as Helm adds them up', async () => {
    const { code, out } = await policies(
      '--istio 1.30.3 --chart istiod --values on.yaml,empty.yaml --set revision=a --set-string revision=b --set-file revision=revision.txt -o json',
      { cwd: cwd() },
    );
    expect({ code, name: JSON.parse(out).metadata.name }).toEqual({ code: 0, name: 'istiod-canary' });
    const given = await policies('--istio 1.30.3 --chart istiod --values - -o json', {
      readInput: async () => Buffer.from('{global: {networkPolicy: {enabled: 1}}}'),
    });
    expect(JSON.parse(given.out).metadata.name).toBe('istiod');
  });

  test('a failure and a finding stand at the line or flag that decides', async () => {
    const failed = await policies(`--istio 1.30.3 --chart istiod ${on},revision=1`);
    expect(failed).toMatchObject({ code: 1, out: '' });
    expect(failed.err).toMatch(
      /^error\[PC3480\]: istiod: the chart fails: .*int64 and string\n --> --set:1:35\n/,
    );
  });

  test.each([
    ['list.yaml', 65, 'error[PC1130]: a values file is a mapping, and this is a list\n --> list.yaml:1:1\n'],
    ['broken.yaml', 65, 'error[PC1002]'],
    ['broken.yaml', 65, ' --> broken.yaml:2:1\n'],
    ['gone.yaml', 65, 'error[PC1101]: gone.yaml does not exist'],
    ['https://example.com/v.yaml', 64, 'nothing is fetched from a network'],
  ])('%s cannot be used', async (name, code, words) => {
    const refused = await policies(`--istio 1.30.3 --values ${name}`, { cwd: cwd() });
    expect(refused).toMatchObject({ code, out: '' });
    expect(refused.err).toContain(words);
  });

  test('of several documents the first counts', async () => {
    const { code, out, err } = await policies('--istio 1.30.3 --chart istiod --values two.yaml -o json', {
      cwd: cwd(),
    });
    expect({ code, name: JSON.parse(out).metadata.name }).toEqual({ code: 0, name: 'istiod' });
    expect(err).toContain('warning[PC1131]');
  });

  test('a --set that cannot be read: where, and what to write', async () => {
    const { code, out, err } = await policies(['--istio', '1.30.3', '--set', 'a.b=1,ports[0=x']);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toBe(
      'error: cannot read --set "a.b=1,ports[0=x": [ is not closed\n  a.b=1,ports[0=x\n             ^\n  write the index as [0]\n',
    );
  });
});

test('bad words of the surroundings are refused before anything is done', async () => {
  expect(await policies('--istio 1.30.3 --tight --node-cidr 10.0.0.0/99')).toMatchObject({
    code: 64,
    out: '',
  });
});

test('help has the flags and examples', async () => {
  const { code, out } = await policies('--help');
  expect(code).toBe(0);
  expect(out).toContain('--set-json');
  expect(out).toContain('portcullis istio policies --leaving');
});

describe('as istioctl takes it', () => {
  const iop = (spec: string): string =>
    `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: ${spec}\n`;

  test('paths of --set, or an IstioOperator under any of three flags', async () => {
    const named = await policies('--istio 1.30.3 --set values.global.networkPolicy.enabled=true');
    expect(namesIn(named.out)).toEqual(['istio-system/istiod', 'istio-system/istio-ingressgateway']);
    const cwd = temporaryTree({
      'iop.yaml': iop('{profile: ambient, values: {global: {networkPolicy: {enabled: true}}}}'),
    });
    const ambient = ['istio-system/istiod', 'istio-system/istio-cni', 'istio-system/ztunnel'];
    for (const flag of ['--operator', '--values', '-f']) {
      expect(namesIn((await policies(`--istio 1.30.3 ${flag} iop.yaml`, { cwd })).out)).toEqual(ambient);
    }
    const chart = await policies('--istio 1.30.3 --operator iop.yaml --chart ztunnel', { cwd });
    expect(namesIn(chart.out)).toEqual(['istio-system/ztunnel']);
  });

  test('overlays change what is printed', async () => {
    const cwd = temporaryTree({
      'iop.yaml': iop(
        `{values: {global: {networkPolicy: {enabled: true}}}, components: {ingressGateways: [{name: istio-ingressgateway, enabled: false}], pilot: {k8s: {overlays: [{kind: NetworkPolicy, name: istiod, patches: [{path: 'metadata.labels.team', value: mesh}]}]}}}}`,
      ),
    });
    const { out } = await policies('--istio 1.30.3 -f iop.yaml -o json', { cwd });
    expect(JSON.parse(out).metadata.labels).toMatchObject({ app: 'istiod', team: 'mesh' });
  });

  test('a chart that is never rendered, or is switched off, is told', async () => {
    const on = '--istio 1.30.3 --set values.global.networkPolicy.enabled=true';
    const never = await policies(`${on} --chart gateway`);
    expect(never).toMatchObject({ code: 64, out: '' });
    expect(never.err).toContain('--chart gateway: istioctl never renders it');
    for (const [chart, sets] of [
      ['ztunnel', '--set components.ztunnel.enabled=true'],
      [
        'istio-egress',
        '--set components.egressGateways[0].enabled=true --set components.egressGateways[0].name=istio-egressgateway',
      ],
    ] as const) {
      const off = await policies(`${on} --chart ${chart}`);
      expect(off).toMatchObject({ code: 0, out: '' });
      expect(off.err).toContain(`note: --chart ${chart}: this installation has none`);
      expect(off.err).toContain(sets);
      const there = await policies(`${on} --chart ${chart} ${sets}`);
      expect({ code: there.code, err: there.err, policies: namesIn(there.out).length }).toEqual({
        code: 0,
        err: '',
        policies: 1,
      });
    }
  });

  test('an object of another kind is taken for an IstioOperator, and told', async () => {
    const cwd = temporaryTree({
      'foo.yaml': 'kind: Foo\nspec: {values: {global: {networkPolicy: {enabled: true}}}}\n',
      'np.yaml': 'kind: NetworkPolicy\nspec: {podSelector: {}}\n',
    });
    const foo = await policies('--istio 1.30.3 --operator foo.yaml --chart istiod', { cwd });
    expect(namesIn(foo.out)).toEqual(['istio-system/istiod']);
    expect(foo.err).toBe(
      'note: foo.yaml: no IstioOperator, its kind is Foo; istioctl takes it for one all the same, and so its spec counts here\n',
    );
    const other = await policies('--istio 1.30.3 --operator np.yaml', { cwd });
    expect(other.err).toMatch(/^note: np.yaml: no IstioOperator.*\nerror\[PC3430\]: .*podSelector/);
  });

  test('findings about the policy hold for it with its overlays, and stand at the line of the port', async () => {
    const file = (patches: string): string => `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  values: {global: {networkPolicy: {enabled: true}}}
  components:
    ingressGateways:
      - name: public
        enabled: true
        k8s:
          service:
            ports:
              - {name: https, port: 443, targetPort: 8443}
              - {name: x, port: 9, targetPort: named}
          overlays: [{kind: NetworkPolicy, name: public, patches: [${patches}]}]
`;
    const err = async (patches: string): Promise<string> =>
      (
        await policies('--istio 1.30.3 --operator iop.yaml', {
          cwd: temporaryTree({ 'iop.yaml': file(patches) }),
        })
      ).err;
    const told = /^warning\[PC3407\]: istio-ingress: .*"named".*\n *--> iop.yaml:13:36\n/;
    expect(await err('')).toMatch(told);
    expect(await err("{path: 'metadata.labels.team', value: web}")).toMatch(told);
    expect(await err("{path: 'spec.ingress.[2]'}")).toMatch(told);
    expect(await err("{path: 'spec.ingress', value: []}")).toBe('');
    expect(await err("{path: 'spec.ingress.[3].ports.[0].port', value: 9000}")).toBe('');
  });

  test('what istioctl refuses, at its place', async () => {
    const refused = await policies(
      '--istio 1.30.3 --set values.global.networkPolicy.enabled=true --set profile=abient',
    );
    expect(refused).toMatchObject({ code: 65, out: '' });
    expect(refused.err).toContain('error[PC3431]: istioctl refuses: ');
    expect(refused.err).toContain('Do you mean ambient?');
    const cwd = temporaryTree({ 'iop.yaml': iop('{components: {pilot: {enabld: true}}}') });
    const unknown = await policies('--istio 1.30.3 -f iop.yaml', { cwd });
    expect(unknown.err).toMatch(/error\[PC3430\]: .*enabld.* --> iop.yaml:3:/s);
  });

  test('flags of Helm, values of a chart and other manifests are not for it', async () => {
    const cwd = temporaryTree({
      'iop.yaml': iop('{}'),
      'values.yaml': 'revision: a\n',
      'pod.yaml': 'kind: Pod\n',
    });
    for (const [args, words] of [
      ['--operator iop.yaml -n x', "--namespace is Helm's"],
      ['--operator iop.yaml --set-string a=b', "--set-string is Helm's"],
      ['--operator iop.yaml --values values.yaml', 'values.yaml holds values of a Helm chart'],
      ['-f pod.yaml', '-f pod.yaml is no IstioOperator'],
    ] as const) {
      const { code, err } = await policies(`--istio 1.30.3 ${args}`, { cwd });
      expect({ args, code }).toEqual({ args, code: 64 });
      expect(err).toContain(words);
    }
  });
});

test('flags of which one counts, and standard input, are there once', async () => {
  for (const [args, words] of [
    ['--istio 1.30.3 --istio 1.29.0', '--istio is there twice: 1.30.3 and 1.29.0'],
    ['--chart gateway --release a --release b', '--release is there twice: a and b'],
    ['-n a --namespace b', '--namespace is there twice: a and b'],
    ['--values - --check -f -', '--values - and -f -: both name standard input'],
    ['--values -,-', '--values - twice: each names standard input'],
    ['--operator - -f -', '--operator - and -f -: both name standard input'],
  ] as const) {
    const { code, err } = await policies(args);
    expect({ args, code }).toEqual({ args, code: 64 });
    expect(err).toContain(words);
  }
});

test('values that nest deeper than anybody follows are refused', async () => {
  const nested = (levels: number): string => `${'{x: '.repeat(levels)}1${'}'.repeat(levels)}`;
  const cwd = temporaryTree({
    'values.yaml': nested(5000),
    'fine.yaml': nested(999),
    'iop.yaml': `kind: IstioOperator\nspec: ${nested(5000)}\n`,
  });
  for (const flag of ['--values values.yaml', '--operator iop.yaml']) {
    const { code, err } = await policies(`--istio 1.30.3 ${flag}`, { cwd });
    expect({ flag, code }).toEqual({ flag, code: 65 });
    expect(err).toContain('error[PC1004]: Values nest at most 1000 levels deep here.');
  }
  expect(await policies(`--istio 1.30.3 --chart istiod ${on} --values fine.yaml`, { cwd })).toMatchObject({
    code: 0,
    err: '',
  });
  for (const set of [`--set=values.${'a.'.repeat(5000)}b=1`, `--set=a${'[0]'.repeat(8000)}=1`]) {
    const { code, err } = await policies(['--istio', '1.30.3', set]);
    expect(code).toBe(64);
    expect(err).toContain('leads through more than 1000 levels of values');
  }
});

test('flags that would change nothing are refused', async () => {
  for (const args of ['--dns none', '--for namespace/shop', '--leaving --check']) {
    expect(await policies(`--istio 1.30.3 ${args}`)).toMatchObject({ code: 64, out: '' });
  }
});

test('what is so of several charts for one reason is said once', async () => {
  const { code, err } = await policies('--istio 1.30.3 --set networkPolicy.enabled=true');
  expect(err.match(/PC3412/g)).toHaveLength(1);
  expect(err).toContain(
    'warning[PC3412]: istiod, istio-cni, ztunnel and gateway: networkPolicy.enabled is set',
  );
  // The gateway's schema refuses it too; nobody said that the values are for the gateway.
  expect({ code, info: /^info\[PC3417\]: gateway/m.test(err) }).toEqual({ code: 0, info: true });
  const named = await policies('--istio 1.30.3 --chart gateway --set networkPolicy.enabled=true');
  expect(named).toMatchObject({ code: 1 });
  expect(named.err).toContain('error[PC3417]: gateway');
});
