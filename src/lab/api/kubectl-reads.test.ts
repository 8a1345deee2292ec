import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApiUnderTest,
  collect,
  hasKubectl,
  idle,
  startApiUnderTest,
} from '../../../test/support/api-server.ts';
import { type NewObject, recordEvent, type StringMap } from '../store/index.ts';

const runningSince = '2026-01-01T00:00:00Z';

/** A pod of two containers that runs on the node n1. */
function runningPod(name: string, labels: StringMap): NewObject {
  const status = (container: string, ready: boolean, restartCount: number) => ({
    name: container,
    image: 'nginx',
    imageID: '',
    ready,
    started: true,
    restartCount,
    state: { running: { startedAt: runningSince } },
    lastState: {},
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels },
    spec: {
      nodeName: 'n1',
      containers: [
        { name: 'web', image: 'nginx' },
        { name: 'side', image: 'envoy' },
      ],
    },
    status: {
      phase: 'Running',
      podIP: '10.244.0.7',
      podIPs: [{ ip: '10.244.0.7' }],
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [status('web', true, 0), status('side', false, 2)],
    },
  };
}

const objects: readonly NewObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'a' } } },
  runningPod('a', { app: 'web', tier: 'front' }),
  runningPod('b', { app: 'web' }),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny', namespace: 'shop' },
    spec: {
      podSelector: {
        matchLabels: { app: 'web' },
        matchExpressions: [{ key: 'tier', operator: 'In', values: ['front', 'back'] }],
      },
      policyTypes: ['Ingress'],
    },
  },
  {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'deny', namespace: 'shop' },
    spec: { action: 'DENY', rules: [{}] },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.20',
      clusterIPs: ['10.96.0.20'],
      ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
      selector: { app: 'web' },
    },
  },
];

describe.skipIf(!hasKubectl('reading through kubectl'))('kubectl reads', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApiUnderTest(idle);
    for (const object of objects) api.store.create(object);
    recordEvent(api.store, api.store.get('pods', 'a', 'shop')!, {
      type: 'Normal',
      reason: 'Scheduled',
      message: 'Successfully assigned shop/a to n1',
      component: 'default-scheduler',
    });
  });
  afterAll(() => api.close());

  /** What kubectl prints, ages aside, one space between columns. */
  const get = async (words: string): Promise<string[]> => {
    const { stdout, stderr } = await api.kubectl(words.split(' '));
    const lines = `${stdout}${stderr}`.trimEnd().split('\n');
    return lines.map((line) =>
      line
        .replace(/\b\d+s\b/g, 'AGO')
        .replace(/ +/g, ' ')
        .trim(),
    );
  };

  it('shows pods as the printer does', async () => {
    expect(await get('get pods -n shop')).toEqual([
      'NAME READY STATUS RESTARTS AGE',
      'a 1/2 Running 2 AGO',
      'b 1/2 Running 2 AGO',
    ]);
    expect(await get('get pods -A -o wide')).toEqual([
      'NAMESPACE NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES',
      'shop a 1/2 Running 2 AGO 10.244.0.7 n1 <none> <none>',
      'shop b 1/2 Running 2 AGO 10.244.0.7 n1 <none> <none>',
    ]);
    expect(await get('get pods -n shop a --show-labels --no-headers')).toEqual([
      'a 1/2 Running 2 AGO app=web,tier=front',
    ]);
  });

  it('shows policies, Services and events with their own columns', async () => {
    expect(await get('get netpol,ap,svc -n shop')).toEqual([
      'NAME POD-SELECTOR AGE',
      'networkpolicy.networking.k8s.io/deny app=web,tier in (back,front) AGO',
      '',
      'NAME ACTION AGE',
      'authorizationpolicy.security.istio.io/deny DENY AGO',
      '',
      'NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE',
      'service/web ClusterIP 10.96.0.20 <none> 80/TCP AGO',
    ]);
    const events = await get('get events -n shop');
    expect(events[1]).toBe('AGO Normal Scheduled pod/a Successfully assigned shop/a to n1');
    expect(await get('get events.events.k8s.io -n shop -o jsonpath={.items[0].note}')).toEqual([
      'Successfully assigned shop/a to n1',
    ]);
  });

  it('selects by labels and fields', async () => {
    expect(await get('get pods -A -l tier -o name')).toEqual(['pod/a']);
    expect(await get('get pods -A -l !tier,app=web -o name')).toEqual(['pod/b']);
    expect(await get('get pods -A -l app=web,tier!=front -o name')).toEqual(['pod/b']);
    const both = 'spec.nodeName=n1,status.phase=Running,metadata.name!=a';
    expect(await get(`get pods -A --field-selector ${both} -o name`)).toEqual(['pod/b']);
    expect(await get('get events -A --field-selector involvedObject.name=b')).toEqual(['No resources found']);
    expect((await get('get pods -A --field-selector spec.x=1'))[0]).toMatch(
      /^Error from server \(BadRequest\): .*field label not supported: spec.x$/,
    );
  });

  it('gives objects as JSON, YAML and by JSONPath, sorted', async () => {
    const { stdout } = await api.kubectl(['get', 'pod', 'a', '-n', 'shop', '-o', 'json']);
    const { apiVersion, kind, metadata } = JSON.parse(stdout);
    expect({ apiVersion, kind, name: metadata.name }).toEqual({ apiVersion: 'v1', kind: 'Pod', name: 'a' });
    expect(await get('get pods -n shop -o jsonpath={.items[*].metadata.name}')).toEqual(['a b']);
    expect(await get('get pods -n shop --sort-by=.metadata.labels.tier -o name')).toEqual(['pod/b', 'pod/a']);
    const yaml = await api.kubectl(['get', 'netpol', 'deny', '-n', 'shop', '-o', 'yaml']);
    expect(yaml.stdout).toContain('kind: NetworkPolicy');
  });

  it('says what is not there in the words of the API server', async () => {
    expect(await get('get pod c -n shop')).toEqual(['Error from server (NotFound): pods "c" not found']);
    expect(await get('get deploy c')).toEqual([
      'Error from server (NotFound): deployments.apps "c" not found',
    ]);
    expect(await get('get ingresses')).toEqual([
      'error: the server doesn\'t have a resource type "ingresses"',
    ]);
  });

  it('knows short names and categories', async () => {
    const resources = await get('api-resources --no-headers');
    expect(resources).toContain('networkpolicies netpol networking.k8s.io/v1 true NetworkPolicy');
    expect(resources).toContain('authorizationpolicies ap security.istio.io/v1 true AuthorizationPolicy');
    expect(await get('get all -n shop -o name')).toEqual(['pod/a', 'pod/b', 'service/web']);
    expect(await get('get istio-io -A -o name')).toEqual(['authorizationpolicy.security.istio.io/deny']);
    expect(await get('api-versions')).toContain('security.istio.io/v1beta1');
  });

  it('describes, explains what it may and who it is', async () => {
    const described = (await get('describe pod a -n shop')).join('\n');
    expect(described).toContain('Normal Scheduled AGO default-scheduler Successfully assigned');
    expect((await get('describe netpol deny -n shop')).join('\n')).toContain('Selected pods are isolated');
    expect(await get('auth can-i delete pods')).toEqual(['yes']);
    expect((await get('auth whoami')).join('\n')).toContain('portcullis-admin');
  });

  it('watches: what is there, what changes, what a selector lets go', async () => {
    const child = api.start(['get', 'pods', '-n', 'shop', '-l', 'tier', '-w', '--output-watch-events']);
    const output = collect(child);
    const heard = new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
    await heard;
    const label = (tier: string | undefined) =>
      api.store.modify('pods', 'b', 'shop', (pod) => {
        const { tier: _, ...labels } = { ...pod.metadata.labels };
        const wanted = tier === undefined ? labels : { ...labels, tier };
        return { ...pod, metadata: { ...pod.metadata, labels: wanted } };
      });
    await pause(300);
    label('back');
    label('front');
    label(undefined);
    await pause(500);
    child.kill();
    expect(
      (await output).stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(/\s+/)[0]),
    ).toEqual(['EVENT', 'ADDED', 'ADDED', 'MODIFIED', 'DELETED']);
  });

  it('waits for what comes and for what goes', async () => {
    const ready = api.kubectl(['wait', '--for=condition=Ready', 'pod/a', '-n', 'shop', '--timeout=20s']);
    await pause(300);
    api.store.modify(
      'pods',
      'a',
      'shop',
      (pod) => ({
        ...pod,
        status: { ...(pod.status as object), conditions: [{ type: 'Ready', status: 'True' }] },
      }),
      'status',
    );
    expect(await ready).toMatchObject({ code: 0, stdout: 'pod/a condition met\n' });
    const gone = api.kubectl(['delete', 'pod', 'a', '-n', 'shop']);
    await pause(500);
    expect(await get('get pod a -n shop --no-headers')).toEqual(['a 1/2 Terminating 2 AGO']);
    api.store.delete('pods', 'a', 'shop', { gracePeriodSeconds: 0 });
    expect(await gone).toMatchObject({ code: 0, stdout: 'pod "a" deleted\n' });
  });
});
