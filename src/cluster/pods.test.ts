import { describe, expect, it } from 'vitest';
import { madeCluster, madeNode, madeOwner, madePod, ownedPod, tcp } from '../../test/support/hand-cluster.ts';
import { clusterOf, pod } from '../../test/support/text-cluster.ts';
import type { Pod } from '../model/index.ts';
import type { Cluster } from './index.ts';

function keys(cluster: Cluster): readonly string[] {
  return [...cluster.pods.keys()].sort();
}

const web = madeOwner('Deployment', 'a', 'web', 3, [tcp(8080, 'http')]);

describe('pods that an owner would make', () => {
  it.each([
    [0, []],
    [1, ['a/web']],
    [2, ['a/web', 'a/web#2']],
    [3, ['a/web', 'a/web#2']],
  ])('of %i replicas are two at the most', (replicas, expected) => {
    expect(keys(madeCluster(madeOwner('Deployment', 'a', 'web', replicas)))).toEqual(expected);
  });

  it('have labels, ports and owner of the template, and no address', () => {
    const made = madeCluster(web).pods.get('a/web')!;
    expect(made).toMatchObject({
      labels: { app: 'web' },
      addresses: [],
      node: undefined,
      serviceAccount: 'default',
    });
    expect(made.ports).toEqual([tcp(8080, 'http')]);
    expect(made.owner).toEqual({ kind: 'Deployment', name: 'web' });
  });

  it('never take the name of a pod that is given', () => {
    expect(keys(madeCluster(madePod('a', 'web'), web))).toEqual(['a/web', 'a/web#1', 'a/web#2']);
  });

  it('are not made where some are given', () => {
    const cluster = madeCluster(web, ownedPod(web, 'web-x1'));
    expect(keys(cluster)).toEqual(['a/web-x1']);
    expect(cluster.workloads.get('a/Deployment/web')?.pods).toEqual(['a/web-x1']);
  });

  it('are not made where the ReplicaSet between is not given, but its pods are', () => {
    const given = ownedPod({ ...madeOwner('ReplicaSet', 'a', 'web-6d4cf', 1) }, 'web-6d4cf-k2k2k');
    const labels = { ...given.metadata.labels, 'pod-template-hash': '6d4cf' };
    const cluster = madeCluster(web, { ...given, metadata: { ...given.metadata, labels } });
    expect(keys(cluster)).toEqual(['a/web-6d4cf-k2k2k']);
    expect(cluster.pods.get('a/web-6d4cf-k2k2k')?.owner).toEqual({ kind: 'Deployment', name: 'web' });
  });

  it('are not made where the Job between is not given, but its pods are', () => {
    const nightly = madeOwner('CronJob', 'a', 'nightly', 1);
    const job = madeOwner('Job', 'a', 'nightly-28912345', 1);
    expect(keys(madeCluster(nightly, ownedPod(job, 'nightly-28912345-abcde')))).toEqual([
      'a/nightly-28912345-abcde',
    ]);
  });

  it('belong to the topmost owner', () => {
    const set = madeOwner('ReplicaSet', 'a', 'web-1', 2);
    const ownerReferences = [{ kind: 'Deployment', name: 'web', controller: true }];
    const owned = { ...set, metadata: { ...set.metadata, ownerReferences } };
    const cluster = madeCluster(web, owned);
    expect(keys(cluster)).toEqual(['a/web', 'a/web#2']);
    expect([...cluster.workloads.keys()]).toEqual(['a/Deployment/web']);
  });
});

describe('pods that are given', () => {
  const withStatus = (made: Pod, status: Partial<Pod['status']>): Pod => ({
    ...made,
    status: { ...made.status, ...status },
  });

  it.each(['Succeeded', 'Failed'])('are gone once they have %s', (phase) => {
    expect(keys(madeCluster(withStatus(madePod('a', 'x'), { phase })))).toEqual([]);
  });

  it('are found by an address however it is written', () => {
    const cluster = clusterOf([pod('a/x', { ip: ['10.0.0.1', 'FD00:0:0::0001'] })]);
    expect(cluster.podsByAddress.get('fd00::1')?.key).toBe('a/x');
  });

  it('on the host network have the addresses of their node and are not found by them', () => {
    const text = pod('a/h', { hostNetwork: true, node: 'n1' });
    const node = madeNode('n1');
    const cluster = clusterOf([
      text,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: node.metadata.name },
        status: { addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] },
      }),
    ]);
    expect(cluster.pods.get('a/h')?.addresses).toEqual(['192.168.0.1']);
    expect(cluster.podsByAddress.size).toBe(0);
  });

  it('take labels that the caller vouches for, or loses', () => {
    const assume = (value: string | undefined) =>
      clusterOf([pod('a/x')], {
        assumptions: [{ kind: 'Pod', namespace: 'a', name: 'x', key: 'app', value }],
      });
    expect(assume('y').pods.get('a/x')?.labels).toEqual({ app: 'y' });
    expect(assume(undefined).pods.get('a/x')?.labels).toEqual({});
  });

  it('run on nodes whose labels the caller may vouch for', () => {
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n1', labels: { zone: 'a' } },
    });
    const assume = (value: string | undefined) =>
      clusterOf([text], { assumptions: [{ kind: 'Node', namespace: '', name: 'n1', key: 'zone', value }] });
    expect(assume('b').nodes.get('n1')?.metadata.labels).toEqual({ zone: 'b' });
    expect(assume(undefined).nodes.get('n1')?.metadata.labels).toEqual({});
  });

  it('keep labels of any name', () => {
    const cluster = clusterOf([pod('a/x', { labels: { constructor: 'y' } })]);
    expect(cluster.pods.get('a/x')?.labels.constructor).toBe('y');
  });
});
