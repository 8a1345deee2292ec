import { expect, it } from 'vitest';
import { classifyUnread } from './unread-kinds.ts';

it.each([
  ['cilium.io', 'CiliumClusterwideNetworkPolicy', 'foreign policy'],
  ['crd.projectcalico.org', 'Tier', 'foreign policy'],
  ['projectcalico.org', 'StagedNetworkPolicy', 'ignored'],
  ['networking.istio.io', 'EnvoyFilter', 'foreign policy'],
  ['policy.linkerd.io', 'Server', 'foreign policy'],
  ['nobody.example', 'SomeNetworkPolicy', 'foreign policy'],
  ['networking.istio.io', 'VirtualService', 'routing'],
  ['gateway.networking.k8s.io', 'HTTPRoute', 'routing'],
  ['', 'ConfigMap', 'ignored'],
  ['constructor', 'Thing', 'ignored'],
])('%s %s is %s', (group, kind, expected) => {
  expect(classifyUnread(group, kind)).toBe(expected);
});
