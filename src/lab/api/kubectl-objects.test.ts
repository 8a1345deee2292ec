import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, hasKubectl, idle, startApiUnderTest } from '../../../test/support/api-server.ts';

const deployment = (more = '', image = 'nginx:1.27') => `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: ${image}
        ports: [{containerPort: 80}]
        env:
        - {name: A, value: "1"}
        - {name: B, value: "2"}
        readinessProbe: {httpGet: {port: 80}}
        resources: {limits: {memory: 1Gi, cpu: 500m}}
      - name: side
        image: busybox
      volumes:
      - {name: conf, configMap: {name: web}}
${more}`;

describe.skipIf(!hasKubectl('apply, diff, explain and field validation through kubectl'))('kubectl', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApiUnderTest(idle);
  });
  afterAll(() => api.close());

  const apply = (content: string, ...flags: string[]) =>
    api.kubectl(['apply', '-f', api.file('object.yaml', content), ...flags]);
  const spec = () =>
    (api.store.get('deployments', 'web', 'default') as never as { spec: never }).spec as never as {
      template: {
        spec: { containers: { name: string; image: string; env?: unknown; resources?: unknown }[] };
      };
    };

  it('applies a Deployment, which then differs in nothing from its file', async () => {
    expect(await apply(deployment())).toEqual({
      code: 0,
      stdout: 'deployment.apps/web created\n',
      stderr: '',
    });
    expect(await apply(deployment())).toEqual({
      code: 0,
      stdout: 'deployment.apps/web unchanged\n',
      stderr: '',
    });
    const diff = await api.kubectl(['diff', '-f', api.file('object.yaml', deployment())]);
    expect(diff).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('shows in a diff what an apply would change, and changes nothing', async () => {
    const diff = await api.kubectl(['diff', '-f', api.file('object.yaml', deployment('', 'nginx:1.28'))]);
    expect(diff.code).toBe(1);
    expect(diff.stdout).toContain(
      '-      - image: nginx:1.27\n+      - image: nginx:1.28\n'.replaceAll('      - ', '        '),
    );
    expect(spec().template.spec.containers[0]?.image).toBe('nginx:1.27');
  });

  it('takes away by a three-way merge what its file no longer has, and leaves what others set', async () => {
    await api.kubectl(['set', 'env', 'deployment/web', '-c', 'web', 'C=3']);
    await api.kubectl(['annotate', 'deployment', 'web', 'other=kept']);
    const changed = deployment('', 'nginx:1.28')
      .replace('        - {name: B, value: "2"}\n', '')
      .replace(/ {6}- name: side\n.*\n/, '');
    expect((await apply(changed)).stdout).toBe('deployment.apps/web configured\n');
    const { containers } = spec().template.spec;
    expect(containers.map(({ name, image }) => [name, image])).toEqual([['web', 'nginx:1.28']]);
    expect(containers[0]?.env).toEqual([
      { name: 'A', value: '1' },
      { name: 'C', value: '3' },
    ]);
    expect(containers[0]?.resources).toEqual({ limits: { cpu: '500m', memory: '1Gi' } });
    const { metadata } = api.store.get('deployments', 'web', 'default')!;
    expect(metadata.annotations?.other).toBe('kept');
  });

  it("refuses unknown and repeated fields in the API server's words", async () => {
    const strict = await apply(deployment('  foo: 1\n').replace('name: web\nspec', 'name: other\nspec'));
    expect(strict.code).toBe(1);
    expect(strict.stderr).toContain(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo"',
    );
    const warned = await apply(deployment('  foo: 1\n'), '--validate=warn');
    expect(warned.stderr).toContain('Warning: unknown field "spec.foo"');
    expect(warned.code).toBe(0);
    const patched = await apply(deployment('  foo: 2\n'));
    expect(patched.stderr).toContain('strict decoding error: unknown field "spec.foo"');
  });

  it('refuses a value of the wrong type', async () => {
    const created = await apply(
      deployment().replace('replicas: 2', 'replicas: two').replace('name: web\nspec', 'name: other\nspec'),
    );
    expect(created.stderr).toContain(
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
    const patched = await apply(deployment().replace('replicas: 2', 'replicas: two'));
    expect(patched.stderr).toContain('unrecognized type: int32');
  });

  it('knows the fields of built-in kinds and of custom resources', async () => {
    const pod = await api.kubectl(['explain', 'pod.spec.containers']);
    expect(pod.stdout).toMatch(/FIELD: containers <\[\]Container>[\s\S]*imagePullPolicy\t<string>/);
    const policy = await api.kubectl(['explain', 'authorizationpolicy.spec.rules', '--recursive']);
    expect(policy.stdout).toMatch(/FIELD: rules <\[\]Object>[\s\S]*notRemoteIpBlocks\t<\[\]string>/);
    const admin = await api.kubectl(['explain', 'clusternetworkpolicies.spec.tier']);
    expect(admin.stdout).toContain('ENUM:');
  });

  it('explains every kind that is served', async () => {
    for (const { plural, group } of api.store.resources) {
      const { code, stderr } = await api.kubectl(['explain', group === '' ? plural : `${plural}.${group}`]);
      expect([plural, stderr, code]).toEqual([plural, '', 0]);
    }
  }, 60_000);

  it('applies and diffs custom resources', async () => {
    const policy = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny, namespace: default}
spec: {action: DENY, rules: [{}]}
`;
    expect((await apply(policy)).stdout).toContain('created');
    expect((await apply(policy)).stdout).toContain('unchanged');
    const changed = policy.replace('DENY', 'ALLOW');
    expect((await apply(changed)).stdout).toContain('configured');
    expect((await api.kubectl(['diff', '-f', api.file('object.yaml', changed)])).code).toBe(0);
    expect((await apply(policy.replace('rules', 'rule'))).stderr).toContain('unknown field "spec.rule"');
  });

  it('patches in three ways', async () => {
    const patch = (type: string, text: string) =>
      api.kubectl(['patch', 'deployment', 'web', `--type=${type}`, '-p', text]);
    expect((await patch('json', '[{"op":"replace","path":"/spec/replicas","value":5}]')).code).toBe(0);
    expect((await patch('merge', '{"spec":{"replicas":6}}')).code).toBe(0);
    const strategic =
      '{"spec":{"template":{"spec":{"containers":[{"name":"web","$patch":"delete"},{"name":"new","image":"x"}]}}}}';
    expect((await patch('strategic', strategic)).code).toBe(0);
    expect(spec().template.spec.containers.map(({ name }) => name)).toEqual(['new', 'side']);
    const failing = await patch('json', '[{"op":"test","path":"/spec/replicas","value":1}]');
    expect(failing.stderr).toContain('the server rejected our request due to an error in our request');
  });

  it('keeps a Secret given as text', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: hello}\n';
    expect((await apply(secret)).stdout).toContain('created');
    const { stdout } = await api.kubectl(['get', 'secret', 's', '-o', 'jsonpath={.type} {.data.a}']);
    expect(stdout).toBe('Opaque aGVsbG8=');
  });
});
