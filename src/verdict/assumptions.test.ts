import { describe, expect, it } from 'vitest';
import { ask, clusterOf, made, namespace, pod, service, told } from '../../test/support/text-cluster.ts';

const http = { http: { method: 'GET', path: '/', host: 's' } };
const meshed = { 'istio-injection': 'enabled' };
const world = [
  namespace('a', meshed),
  pod('a/c', { ip: '10.0.0.1' }),
  pod('a/s', { ip: '10.0.0.2' }),
  service('a/s', 80, 8080),
];

describe('a client outside the cluster', () => {
  it('is taken to have a road to a ClusterIP Service, and the verdict says so', () => {
    expect(ask(clusterOf(world), '203.0.113.7', 'svc:a/s', 80).assumed).toEqual([
      'a client outside the cluster has a road to Service a/s, which is open only inside (type ClusterIP)',
    ]);
    expect(ask(clusterOf(world), 'a/c', 'svc:a/s', 80).assumed).toEqual([]);
  });
});

it('a pod’s own loopback address meets no policy', () => {
  const closed = made('NetworkPolicy', 'a/none', { podSelector: {}, policyTypes: ['Egress', 'Ingress'] });
  expect(ask(clusterOf([...world, closed]), 'a/c', '127.0.0.1', 80).outcome).toBe('allow');
  expect(ask(clusterOf([...world, closed]), 'a/c', '10.0.0.9', 80).outcome).toBe('deny');
});

it('an AUDIT policy takes note and settles nothing', () => {
  const note = made('AuthorizationPolicy', 'a/note', { action: 'AUDIT', rules: [{}] });
  const open = made('NetworkPolicy', 'a/open', { podSelector: {}, ingress: [{}] });
  expect(told(ask(clusterOf([...world, note, open]), 'a/c', 'svc:a/s', 80, http))).toBe(
    'allow: ingress policy at node of a/s',
  );
});

it('behind a port that is declared as raw bytes no sidecar answers HTTP', () => {
  const raw = made('Service', 'a/s', {
    selector: { app: 's' },
    ports: [{ name: 'tcp', port: 80, targetPort: 8080 }],
  });
  const drop = made('NetworkPolicy', 'a/drop', { podSelector: { matchLabels: { app: 's' } } });
  const symptom = (...texts: string[]) =>
    ask(clusterOf([...world, ...texts]), 'a/c', 'svc:a/s', 80, http).symptom;
  expect(symptom(drop)).toMatchObject({ kind: 'http', status: 503, flag: 'UF' });
  expect(symptom(drop, raw)).toEqual({ kind: 'connection reset' });
});
