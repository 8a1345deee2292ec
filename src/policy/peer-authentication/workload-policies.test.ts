import { describe, expect, it } from 'vitest';
import { peerAuthentication, policyCluster } from '../../../test/support/istio-policies.ts';
import { workloadPolicyKey } from '../../cluster/index.ts';
import {
  workloadPoliciesInForce,
  workloadPoliciesSent,
  workloadPolicyKeysListed,
} from './workload-policies.ts';

const staticKey = 'istio-system/istio_converted_static_strict';
const convertedKey = 'shop/converted_peer_authentication_web';
const selector = { app: 'web' };
const web = { namespace: 'shop', labels: selector };
const strictMesh = peerAuthentication('istio-system/default', 'STRICT');

function keysOf(...policies: Parameters<typeof policyCluster>[0]) {
  const cluster = policyCluster(policies);
  return {
    sent: workloadPoliciesSent(cluster).map(workloadPolicyKey),
    listed: workloadPolicyKeysListed(cluster, web),
    inForce: workloadPoliciesInForce(cluster, web).map(workloadPolicyKey),
  };
}

describe('policies that ztunnel gets for PeerAuthentication', () => {
  it('are none without one, and the static one as soon as there is any', () => {
    expect(keysOf()).toEqual({ sent: [], listed: [], inForce: [] });
    const elsewhere = peerAuthentication('other/default', 'DISABLE');
    expect(keysOf(elsewhere)).toEqual({ sent: [staticKey], listed: [], inForce: [] });
  });

  it('are the static one for plain STRICT, which names what decided', () => {
    expect(keysOf(strictMesh)).toEqual({ sent: [staticKey], listed: [staticKey], inForce: [staticKey] });
    const [policy] = workloadPoliciesInForce(policyCluster([strictMesh]), web);
    expect(policy?.groups[0]?.source).toMatchObject({ policy: strictMesh, path: ['spec', 'mtls', 'mode'] });
  });

  it('are a converted one for ports that differ, in place of the static one', () => {
    const own = peerAuthentication('shop/web', 'STRICT', { selector, ports: { 80: 'DISABLE' } });
    expect(keysOf(own)).toEqual({
      sent: [convertedKey, staticKey],
      listed: [convertedKey],
      inForce: [convertedKey],
    });
  });

  it('are none where ports only repeat the mode', () => {
    const own = peerAuthentication('shop/web', 'PERMISSIVE', { selector, ports: { 80: 'DISABLE' } });
    expect(keysOf(own).listed).toEqual([]);
  });

  it('list every selector policy that has one, not only the oldest', () => {
    const oldest = peerAuthentication('shop/first', 'STRICT', { selector, age: 1 });
    const second = peerAuthentication('shop/web', 'STRICT', { selector, ports: { 80: 'DISABLE' }, age: 2 });
    expect(keysOf(oldest, second).listed).toEqual([convertedKey, staticKey]);
  });

  it('never stand for selector policies of the root namespace', () => {
    const own = peerAuthentication('istio-system/web', 'STRICT', { selector, ports: { 80: 'DISABLE' } });
    expect(keysOf(own).sent).toEqual([staticKey]);
  });
});

describe('what is odd upstream', () => {
  it('an unset namespace policy under a STRICT mesh lists a policy that is not sent', () => {
    const unset = peerAuthentication('shop/default', 'UNSET');
    const own = peerAuthentication('shop/web', 'UNSET', { selector, ports: { 80: 'PERMISSIVE' } });
    expect(keysOf(strictMesh, unset, own)).toEqual({
      sent: [staticKey],
      listed: [convertedKey],
      inForce: [],
    });
    const strict = peerAuthentication('shop/web', 'STRICT', { selector, ports: { 80: 'PERMISSIVE' } });
    expect(keysOf(strictMesh, unset, strict).inForce).toEqual([convertedKey]);
  });

  it('DISABLE ports under an inherited STRICT are listed as plain STRICT', () => {
    const own = peerAuthentication('shop/web', 'UNSET', { selector, ports: { 80: 'DISABLE' } });
    expect(keysOf(strictMesh, own)).toEqual({
      sent: [convertedKey, staticKey],
      listed: [staticKey],
      inForce: [staticKey],
    });
  });
});
