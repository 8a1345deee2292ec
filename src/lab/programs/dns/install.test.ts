import { expect, it } from 'vitest';
import { createStore, type Service } from '../../store/index.ts';
import { dnsProgram, imageTable, installDns } from '../index.ts';

it('installDns makes what people and policies look for, with an image of the table', () => {
  const store = createStore();
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
  installDns(store, { dnsAddress: '10.96.0.10' });
  const service = store.get<Service>('services', 'kube-dns', 'kube-system');
  expect(service?.spec).toMatchObject({ clusterIP: '10.96.0.10', selector: { 'k8s-app': 'kube-dns' } });
  const deployment = store.get('deployments', 'coredns', 'kube-system')!;
  const template = (
    deployment.spec as { template: { metadata: object; spec: { containers: { image: string }[] } } }
  ).template;
  expect(template.metadata).toEqual({ labels: { 'k8s-app': 'kube-dns' } });
  const program = dnsProgram({ store, dnsAddress: '10.96.0.10', outside: new Map() });
  const images = imageTable({ programs: { 'coredns/coredns': program } });
  expect(images(template.spec.containers[0]!.image)).toBe(program);
});
