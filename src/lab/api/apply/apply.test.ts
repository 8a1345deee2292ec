import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApiUnderTest,
  hasKubectl,
  idle,
  startApiUnderTest,
} from '../../../../test/support/api-server.ts';

const deployment = (replicas: number | undefined, container = 'image: nginx:1.27', name = 'web') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, labels: {team: shop}}
spec:
  ${replicas === undefined ? '' : `replicas: ${replicas}`}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        ${container}
`;

describe.skipIf(!hasKubectl('server-side apply through kubectl'))('server-side apply', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApiUnderTest(idle);
  });
  afterAll(() => api.close());

  const apply = (content: string, ...flags: string[]) =>
    api.kubectl(['apply', '--server-side', '-f', api.file('object.yaml', content), ...flags]);
  const web = (name = 'web') => api.store.get('deployments', name, 'default')!;
  const managers = (name = 'web') =>
    (
      web(name).metadata as never as { managedFields?: { manager: string; operation: string }[] }
    ).managedFields
      ?.map(({ manager, operation }) => `${manager} ${operation}`)
      .sort();

  it('creates, and changes nothing the second time', async () => {
    expect(await apply(deployment(2))).toEqual({
      code: 0,
      stdout: 'deployment.apps/web serverside-applied\n',
      stderr: '',
    });
    const { resourceVersion } = web().metadata;
    expect(web().spec).toMatchObject({ replicas: 2, revisionHistoryLimit: 10 });
    expect(managers()).toEqual(['kubectl Apply']);
    expect((await apply(deployment(2))).code).toBe(0);
    expect(web().metadata.resourceVersion).toBe(resourceVersion);
    const diff = await api.kubectl(['diff', '--server-side', '-f', api.file('object.yaml', deployment(2))]);
    expect(diff).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('refuses to change what others own, and takes it by force', async () => {
    await api.kubectl(['scale', 'deployment', 'web', '--replicas=5']);
    expect(managers()).toEqual(['kubectl Apply', 'kubectl Update']);
    const refused = await apply(deployment(3));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps\/v1 at \d{4}-.*Z: \.spec\.replicas/,
    );
    expect(web().spec).toMatchObject({ replicas: 5 });
    expect((await apply(deployment(3), '--force-conflicts')).code).toBe(0);
    expect(web().spec).toMatchObject({ replicas: 3 });
    expect(managers()).toEqual(['kubectl Apply']);
  });

  it('takes away what the same manager no longer says, and leaves the rest', async () => {
    const env = 'image: nginx:1.27\n        env: [{name: A, value: "1"}, {name: B, value: "2"}]';
    await apply(deployment(3, env));
    await apply(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {note: kept}}\n',
      '--field-manager=other',
    );
    const changed = env.replace(', {name: B, value: "2"}', '');
    expect((await apply(deployment(undefined, changed))).code).toBe(0);
    const { template, replicas } = web().spec as never as {
      template: { spec: { containers: { env: unknown }[] } };
      replicas: number;
    };
    expect(template.spec.containers[0]?.env).toEqual([{ name: 'A', value: '1' }]);
    // Nobody owns the number any more: it is the default again.
    expect(replicas).toBe(1);
    expect(web().metadata.annotations).toEqual({ note: 'kept' });
    expect(managers()).toEqual(['kubectl Apply', 'other Apply']);
  });

  it('takes over what was applied from the client before', async () => {
    const old = api.file('old.yaml', deployment(2, 'image: nginx:1.27', 'old'));
    await api.kubectl(['apply', '-f', old]);
    expect(managers('old')).toEqual(['kubectl-client-side-apply Update']);
    expect((await apply(deployment(4, 'image: nginx:1.28', 'old'))).stderr).toBe('');
    expect(web('old').spec).toMatchObject({ replicas: 4 });
    expect(managers('old')).toContain('kubectl Apply');
    expect(managers('old')).not.toContain('kubectl-client-side-apply Update');
    // And back again.
    const back = await api.kubectl([
      'apply',
      '-f',
      api.file('old.yaml', deployment(6, 'image: nginx:1.28', 'old')),
    ]);
    expect(back.stdout).toBe('deployment.apps/old configured\n');
    expect(web('old').spec).toMatchObject({ replicas: 6 });
  });

  it('refuses fields that the kind does not have', async () => {
    const refused = await apply(deployment(2).replace('selector:', 'foo: 1\n  selector:'));
    expect(refused.stderr).toContain(
      'failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema',
    );
  });

  it('works for custom resources', async () => {
    const policy = (action: string) => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny, namespace: default}
spec: {action: ${action}, rules: [{}]}
`;
    expect((await apply(policy('DENY'))).stdout).toContain('serverside-applied');
    expect((await apply(policy('ALLOW'), '--field-manager=other')).stderr).toContain(
      'conflict with "kubectl": .spec.action',
    );
    expect((await apply(policy('ALLOW'))).code).toBe(0);
    expect(api.store.get('authorizationpolicies', 'deny', 'default')?.spec).toEqual({
      action: 'ALLOW',
      rules: [{}],
    });
  });
});
