import { describe, expect, it } from 'vitest';
import { validateNetworkPolicyText } from './network-policy-server.ts';

function answer(spec: string): ReturnType<typeof validateNetworkPolicyText> {
  return validateNetworkPolicyText(`{"metadata":{"name":"p"},"spec":${spec}}`);
}

// The expected values are what the codec of Kubernetes 1.36.3 makes of these texts.
describe('keys that stand twice in JSON', () => {
  it.each([
    [
      'objects are merged',
      '{"podSelector":{"matchLabels":{"a":"1","b":"2"}},"podSelector":{"matchLabels":{"b":"3"}}}',
      { podSelector: { matchLabels: { a: '1', b: '3' } }, policyTypes: ['Ingress'] },
    ],
    [
      'lists are merged member by member and cut to the later length',
      '{"ingress":[{"from":[{"podSelector":{}}]},{}],"ingress":[{"ports":[{"port":80}]}]}',
      {
        podSelector: {},
        ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 80 }] }],
        policyTypes: ['Ingress'],
      },
    ],
    [
      'null empties a pointer',
      '{"ingress":[{"ports":[{"port":80,"port":null,"protocol":"UDP","protocol":null}]}]}',
      { podSelector: {}, ingress: [{ ports: [{ protocol: 'TCP' }] }], policyTypes: ['Ingress'] },
    ],
    ['null empties a list', '{"ingress":[{}],"ingress":null}', { podSelector: {}, policyTypes: ['Ingress'] }],
    [
      'null leaves an object as it is',
      '{"podSelector":{"matchLabels":{"a":"1"}},"podSelector":null}',
      { podSelector: { matchLabels: { a: '1' } }, policyTypes: ['Ingress'] },
    ],
    [
      'null leaves a string as it is',
      '{"podSelector":{"matchExpressions":[{"key":"a","operator":"Exists","key":null}]}}',
      { podSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] }, policyTypes: ['Ingress'] },
    ],
  ])('%s', (_what, spec, stored) => {
    expect(answer(spec)).toMatchObject({ valid: true, stored });
  });

  it('reports what stands in the earlier value, in reading order', () => {
    expect(answer('{"egress":[{"x":1}],"egress":[{"ports":[{"port":1,"port":2}]}]}').strictErrors).toEqual([
      'unknown field "spec.egress[0].x"',
      'duplicate field "spec.egress"',
      'duplicate field "spec.egress[0].ports[0].port"',
    ]);
    expect(answer('{"policyTypes":1,"policyTypes":[]}').decodeError).toBe(
      'json: cannot unmarshal number into Go struct field NetworkPolicySpec.spec.policyTypes of type []v1.PolicyType',
    );
  });
});
