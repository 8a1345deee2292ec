import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, hasKubectl, idle, startApiUnderTest } from '../../../test/support/api-server.ts';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
`;

describe.skipIf(!hasKubectl('writing through kubectl'))('kubectl writes', () => {
  let api: ApiUnderTest | undefined;
  beforeEach(async () => {
    await api?.close();
    api = await startApiUnderTest(idle);
  });
  afterAll(() => api?.close());

  const run = (words: string, input?: string) =>
    api!.kubectl(words.split(' '), input === undefined ? {} : { input });
  const apply = (input: string) => run('apply -f -', input);
  const said = async (promise: ReturnType<typeof run>) => {
    const { stdout, stderr } = await promise;
    return `${stdout}${stderr}`.trimEnd();
  };

  it('takes what kubectl makes itself, which it sends as protobuf', async () => {
    expect(await said(run('create namespace shop'))).toBe('namespace/shop created');
    expect(await said(run('create namespace shop'))).toBe(
      'Error from server (AlreadyExists): namespaces "shop" already exists',
    );
    await run('create deployment web --image=nginx --port=80 --replicas=3 -n shop');
    expect(api!.store.get('deployments', 'web', 'shop')).toMatchObject({
      metadata: { labels: { app: 'web' } },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: {
          spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }] }] },
        },
      },
    });
    await run('create secret generic s --from-literal=a=b -n shop');
    expect(api!.store.get('secrets', 's', 'shop')).toMatchObject({ data: { a: 'Yg==' } });
    await run('create serviceaccount robot -n shop');
    expect(await said(run('create token robot -n shop'))).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    await run('expose deployment web --port=80 --target-port=http -n shop');
    expect(api!.store.get('services', 'web', 'shop')).toMatchObject({
      spec: { ports: [{ port: 80, targetPort: 'http' }], selector: { app: 'web' } },
    });
    await run('create job once --image=busybox -n shop -- echo hello');
    expect(api!.store.get('jobs', 'once', 'shop')).toMatchObject({
      spec: { template: { spec: { containers: [{ command: ['echo', 'hello'] }], restartPolicy: 'Never' } } },
    });
  });

  it('edits, labels, annotates, scales and patches in three ways', async () => {
    await apply(deployment);
    const editor = "sed -i 's/replicas: 2/replicas: 3/'";
    await api!.kubectl(['edit', 'deploy', 'web'], { env: { EDITOR: editor } });
    const replicas = () =>
      (api!.store.get('deployments', 'web', 'default')!.spec as { replicas: number }).replicas;
    expect(replicas()).toBe(3);
    expect(await said(run('scale deploy web --replicas=4 --current-replicas=3'))).toBe(
      'deployment.apps/web scaled',
    );
    expect(replicas()).toBe(4);
    await run('patch deploy web -p {"spec":{"replicas":5}}');
    expect(replicas()).toBe(5);
    await run('patch deploy web --type=merge -p {"spec":{"replicas":6}}');
    expect(replicas()).toBe(6);
    await run('patch deploy web --type=json -p [{"op":"replace","path":"/spec/replicas","value":7}]');
    expect(replicas()).toBe(7);
    expect(
      await said(run('patch deploy web --subresource=scale --type=merge -p {"spec":{"replicas":8}}')),
    ).toBe('scale.autoscaling/web patched');
    expect(replicas()).toBe(8);
    expect(api!.store.get('deployments', 'web', 'default')!.metadata.generation).toBe(7);
    await run('label deploy web team=a');
    await run('annotate deploy web note=b');
    expect(api!.store.get('deployments', 'web', 'default')!.metadata).toMatchObject({
      labels: { team: 'a' },
      annotations: { note: 'b' },
      generation: 7,
    });
  });

  it('replaces what nobody changed meanwhile', async () => {
    await run('create configmap c --from-literal=a=1');
    const { stdout } = await run('get configmap c -o yaml');
    const changed = stdout.replace('a: "1"', 'a: "2"');
    expect(await said(run('replace -f -', changed))).toBe('configmap/c replaced');
    expect(await said(run('replace -f -', changed))).toMatch(
      /Error from server \(Conflict\): .*Operation cannot be fulfilled on configmaps "c": the object has been modified; please apply your changes to the latest version and try again$/,
    );
    expect(await said(run('create configmap d --from-literal=a=1 --dry-run=server'))).toBe(
      'configmap/d created (server dry run)',
    );
    expect(api!.store.get('configmaps', 'd', 'default')).toBeUndefined();
  });

  it('deletes one, several, all, and leaves to others what waits for them', async () => {
    for (const name of ['a', 'b', 'c']) await run(`create configmap ${name}`);
    expect(await said(run('delete configmap a'))).toBe('configmap "a" deleted');
    expect(await said(run('delete configmap a'))).toBe(
      'Error from server (NotFound): configmaps "a" not found',
    );
    expect(await said(run('delete configmap --all'))).toBe('configmap "b" deleted\nconfigmap "c" deleted');
    await apply(deployment);
    await run('delete deploy web --cascade=foreground --wait=false');
    expect(api!.store.get('deployments', 'web', 'default')!.metadata.finalizers).toEqual([
      'foregroundDeletion',
    ]);
    await run('create namespace shop');
    await run('delete namespace shop --wait=false');
    expect(api!.store.get('namespaces', 'shop')).toMatchObject({ status: { phase: 'Terminating' } });
    expect(await said(run('create configmap x -n shop'))).toMatch(
      /forbidden: unable to create new content in namespace shop because it is being terminated/,
    );
  });

  it("refuses in the API server's words", async () => {
    const networkPolicy = (spec: string) =>
      apply(`apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: ${spec}`);
    expect(await said(networkPolicy('{podSelector: {}, ingress: [{ports: [{port: 0}]}]}'))).toBe(
      'The NetworkPolicy "p" is invalid: spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    );
    expect(await said(networkPolicy('{podSelector: {}, ingress: [{form: []}]}'))).toBe(
      'Error from server (BadRequest): error when creating "STDIN": NetworkPolicy in version "v1" cannot be handled as a NetworkPolicy: strict decoding error: unknown field "spec.ingress[0].form"',
    );
    const authorization = (spec: string) =>
      apply(
        `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p}\nspec: ${spec}`,
      );
    expect(await said(authorization('{action: REFUSE}'))).toBe(
      'The AuthorizationPolicy "p" is invalid: spec.action: Unsupported value: "REFUSE": supported values: "ALLOW", "DENY", "AUDIT", "CUSTOM"',
    );
    expect(await said(authorization('{action: DENY}'))).toMatch(
      /admission webhook "validation.istio.io" denied the request: configuration is invalid: invalid policy p.default: DENY action without `rules` is meaningless/,
    );
    expect(
      await said(authorization('{action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]}')),
    ).toMatch(
      /^Warning: configured AuthorizationPolicy will deny all traffic to TCP ports[^\n]*\nauthorizationpolicy.security.istio.io\/p created$|created\nWarning: configured/,
    );
    expect(await said(apply(deployment.replace('labels: {app: web}', 'labels: {app: other}')))).toBe(
      'The Deployment "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`',
    );
    expect(await said(apply('apiVersion: apps/v1\nkind: Deploymentt\nmetadata: {name: a}'))).toMatch(
      /no matches for kind "Deploymentt" in version "apps\/v1"/,
    );
    expect(await said(run('create configmap a -n nowhere'))).toMatch(/namespaces "nowhere" not found$/);
  });
});
