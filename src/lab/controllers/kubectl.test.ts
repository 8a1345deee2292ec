import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApiUnderTest,
  hasKubectl,
  idle as nothingRuns,
  startApiUnderTest,
} from '../../../test/support/api-server.ts';
import { type ControlledStore, controlledStore } from '../../../test/support/controlled-store.ts';

const statefulSet = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "postgres:1"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "agent:1"}]}
`;

describe.skipIf(!hasKubectl('rollouts, scaling, cascades and namespaces through kubectl'))('kubectl', () => {
  let api: ApiUnderTest;
  let lab: ControlledStore;
  beforeAll(async () => {
    api = await startApiUnderTest(nothingRuns);
    lab = controlledStore(api.store);
  });
  afterAll(async () => {
    lab.close();
    await api.close();
    expect(lab.errors).toEqual([]);
  });

  const kubectl = async (command: string, input?: string): Promise<string> => {
    const { code, stdout, stderr } = await api.kubectl(
      command.split(' '),
      input === undefined ? {} : { input },
    );
    expect(`${stderr}${code}`).toBe('0');
    return stdout;
  };
  const images = (selector: string): Promise<string> =>
    kubectl(`get pods -l ${selector} -o jsonpath={.items[*].spec.containers[0].image}`);

  it('rolls a Deployment out, back and out again', async () => {
    await kubectl('create deployment web --image=nginx:1 --replicas=2 --port=80');
    expect(await kubectl('rollout status deployment/web --timeout=20s')).toContain(
      'deployment "web" successfully rolled out',
    );
    await kubectl('wait --for=condition=available deployment/web --timeout=20s');
    await kubectl('set image deployment/web nginx=nginx:2');
    await kubectl('rollout status deployment/web --timeout=20s');
    await lab.settled();
    expect(await images('app=web')).toBe('nginx:2 nginx:2');
    expect(await kubectl('rollout history deployment/web')).toMatch(/\n1 +<none>\n2 +<none>\n/);
    await kubectl('rollout undo deployment/web');
    await kubectl('rollout status deployment/web --timeout=20s');
    await lab.settled();
    expect(await images('app=web')).toBe('nginx:1 nginx:1');
    await kubectl('rollout restart deployment/web');
    await kubectl('rollout status deployment/web --timeout=20s');
    await kubectl('scale deployment/web --replicas=4');
    await kubectl('rollout status deployment/web --timeout=20s');
    expect(await kubectl('get deployment web --no-headers')).toMatch(/^web +4\/4 +4 +4 /);
    expect(await kubectl('describe deployment web')).toMatch(
      /NewReplicaSet: +web-\w+ \(4\/4 replicas created\)/,
    );
  });

  it('exposes it, and finds its endpoints', async () => {
    await kubectl('expose deployment web --port=80');
    await lab.settled();
    expect(await kubectl('get service web -o jsonpath={.spec.clusterIP}')).toMatch(/^10\.96\.\d+\.\d+$/);
    const addresses = await kubectl(
      'get endpointslices -l kubernetes.io/service-name=web -o jsonpath={.items[*].endpoints[*].addresses[0]}',
    );
    expect(addresses.split(' ')).toHaveLength(4);
  });

  it('deletes an owner and leaves its orphans, or not', async () => {
    await kubectl('delete deployment web --cascade=orphan');
    await lab.settled();
    expect((await images('app=web')).split(' ')).toHaveLength(4);
    await kubectl('delete replicaset -l app=web --cascade=foreground');
    expect(await images('app=web')).toBe('');
  });

  it('rolls StatefulSets and DaemonSets out and back', async () => {
    await kubectl('apply -f -', statefulSet);
    await kubectl('rollout status statefulset/db --timeout=20s');
    await kubectl('rollout status daemonset/agent --timeout=20s');
    for (const [set, image, selector, count] of [
      ['statefulset/db', 'db=postgres:2', 'app=db', 2],
      ['daemonset/agent', 'agent=agent:2', 'app=agent', 1],
    ] as const) {
      const first = await images(selector);
      await kubectl(`set image ${set} ${image}`);
      await kubectl(`rollout status ${set} --timeout=20s`);
      expect(await images(selector)).toBe(Array(count).fill(image.split('=')[1]).join(' '));
      await kubectl(`rollout undo ${set}`);
      await kubectl(`rollout status ${set} --timeout=20s`);
      expect(await images(selector)).toBe(first);
    }
  });

  it('runs a job of its own and one of a CronJob', async () => {
    lab.kubelet.outcome = ({ metadata }) =>
      metadata.labels?.['job-name'] === undefined
        ? { phase: 'Running', ready: true }
        : { phase: 'Succeeded', ready: false };
    await kubectl('create job one --image=busybox -- true');
    await kubectl('wait --for=condition=complete job/one --timeout=20s');
    expect(await kubectl('get jobs -l job-name=one --no-headers')).toMatch(/^one +Complete +1\/1 /);
    const created = await api.kubectl([
      'create',
      'cronjob',
      'tick',
      '--image=busybox',
      '--schedule=0 0 29 2 *',
      '--',
      'true',
    ]);
    expect(created.code).toBe(0);
    await kubectl('create job two --from=cronjob/tick');
    await kubectl('wait --for=condition=complete job/two --timeout=20s');
  });

  it('deletes a namespace with everything in it', async () => {
    await kubectl('create namespace shop');
    await kubectl('-n shop create deployment web --image=nginx --replicas=2');
    await kubectl('-n shop rollout status deployment/web --timeout=20s');
    await kubectl('delete namespace shop --timeout=20s');
    expect(lab.pods({}, 'shop')).toEqual([]);
    expect(await kubectl('get namespaces -o name')).not.toContain('shop');
  });

  it('is told why a pod waits', async () => {
    await kubectl('taint node portcullis-lab team=shop:NoSchedule');
    await kubectl('create deployment late --image=nginx');
    await lab.settled();
    expect(await kubectl('describe pods -l app=late')).toMatch(
      /Warning +FailedScheduling .*default-scheduler +0\/1 nodes are available: 1 node\(s\) had untolerated taint \{team: shop\}/,
    );
    await kubectl('taint node portcullis-lab team-');
    await kubectl('rollout status deployment/late --timeout=20s');
  });
});
