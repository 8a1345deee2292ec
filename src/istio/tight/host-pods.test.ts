import { describe, expect, it } from 'vitest';
import { release } from '../../../test/support/istio-check.ts';
import { clusterOf, pod } from '../../../test/support/text-cluster.ts';
import { describeComponent, type Surroundings } from '../components/index.ts';
import { markHostPods } from './host-pods.ts';
import { surroundingsFrom } from './surroundings-from.ts';
import { tightPolicies } from './tight.ts';

const labels = { 'app.kubernetes.io/name': 'prometheus' };
const described = describeComponent(release('ztunnel', 'istio-system/ztunnel'));
if (described.kind === 'failed') throw new Error(described.message);
const { component } = described;

/** The rule for metrics, with Prometheus as these pods say. */
function metricsRule(pods: readonly string[], more: Surroundings = {}) {
  const cluster = clusterOf(pods);
  const { surroundings } = surroundingsFrom(cluster);
  const around = markHostPods(cluster, { ...surroundings, ...more });
  const { policies } = tightPolicies({ components: [component], surroundings: around });
  return policies[0]!.ingress.find(({ why }) => why.startsWith('Prometheus'))!;
}

const host = pod('monitoring/a', { labels, hostNetwork: true });

describe('Prometheus on the host network', () => {
  it('is open to anybody where no address is known, and says why', () => {
    const rule = metricsRule([host]);
    expect(rule.peers).toBe('any');
    expect(rule.notes).toEqual([
      'They share the network of their node (hostNetwork), where a policy sees the address of the node and no labels',
      'Not known: the addresses of the nodes, so this stays open; say --node-cidr',
    ]);
  });

  it('comes with the address of a node', () => {
    expect(metricsRule([host], { nodes: ['10.9.0.0/24'] }).peers).toEqual([
      { ipBlock: { cidr: '10.9.0.0/24' } },
    ]);
  });

  it('comes with its own where that is all that is known', () => {
    const rule = metricsRule([pod('monitoring/a', { labels, hostNetwork: true, ip: '10.9.0.4' })]);
    expect(rule.peers).toEqual([{ ipBlock: { cidr: '10.9.0.4/32' } }]);
    expect(rule.notes[0]).toContain('these are their addresses of today');
  });

  it('comes by its labels, too, where only some of its pods are there', () => {
    const rule = metricsRule([host, pod('monitoring/b', { labels })], { nodes: ['10.9.0.0/24'] });
    expect(rule.peers).toHaveLength(2);
    expect(rule.notes[0]).toContain('Some of them share');
  });
});
