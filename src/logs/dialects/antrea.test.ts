import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

const time = '2023/07/03 22:46:40.123456';

describe('Antrea', () => {
  it('reads the grammar of today', () => {
    const { records } = readText(
      `${time} AntreaPolicyIngressRule AntreaNetworkPolicy:default/test-anp allow-web Ingress Drop 44900 default/web-0 10.10.1.7 53646 10.10.1.8 80 TCP 60 label-1 [2 packets in 1.000123456s]
np.log:${time} EgressRule K8sNetworkPolicy:default/allow-dns <nil> Egress Allow 190 default/web-0 10.10.1.8 <nil> 10.10.1.7 <nil> ICMP 84 <nil>
${time} IngressDefaultRule K8sNetworkPolicy <nil> Ingress Drop <nil> default/web-0 10.10.1.7 40000 10.10.1.8 443 TCP 60 <nil>
`,
    );
    expect(records).toEqual([
      {
        lines: [1, 1],
        dialect: 'antrea',
        decision: 'deny',
        time: '2023-07-03T22:46:40.123456',
        source: { ip: '10.10.1.7', port: 53646 },
        destination: { ip: '10.10.1.8', port: 80, namespace: 'default', pod: 'web-0' },
        protocol: 'TCP',
        direction: 'ingress',
        policy: { kind: 'AntreaNetworkPolicy', namespace: 'default', name: 'test-anp', rule: 'allow-web' },
      },
      {
        lines: [2, 2],
        dialect: 'antrea',
        decision: 'allow',
        time: '2023-07-03T22:46:40.123456',
        source: { ip: '10.10.1.8', namespace: 'default', pod: 'web-0' },
        destination: { ip: '10.10.1.7' },
        protocol: 'ICMP',
        direction: 'egress',
        policy: { kind: 'NetworkPolicy', namespace: 'default', name: 'allow-dns' },
      },
      expect.objectContaining({
        decision: 'deny',
        policy: { kind: 'NetworkPolicy' },
        reason: 'IngressDefaultRule',
      }),
    ]);
  });

  it('reads the older grammars', () => {
    const policy = 'AntreaPolicyAppTierIngressRule AntreaClusterNetworkPolicy:top';
    const { records } = readText(
      `${time} ${policy} Drop 61800 SRC: 10.0.0.4 DEST: 10.0.0.5 60 TCP
${time} ${policy} Reject 61800 10.0.0.4 4000 10.0.0.5 80 TCP 60
${time} ${policy} Allow Drop 61800 10.0.0.4 4000 10.0.0.5 80 UDP 60 [3 packets in 1.01s]
`,
    );
    const kind = 'AntreaClusterNetworkPolicy';
    const port = { source: { ip: '10.0.0.4', port: 4000 }, destination: { ip: '10.0.0.5', port: 80 } };
    expect(records).toMatchObject([
      { decision: 'deny', source: { ip: '10.0.0.4' }, destination: { ip: '10.0.0.5' }, protocol: 'TCP' },
      { decision: 'deny', ...port, protocol: 'TCP', policy: { kind, name: 'top' } },
      { decision: 'deny', ...port, protocol: 'UDP', policy: { kind, name: 'top', rule: 'Allow' } },
    ]);
  });

  it('tells apart what decides nothing, and takes no half value', () => {
    const line = `${time} AntreaPolicyEgressRule AntreaNetworkPolicy:a/b r Egress Redirect 14000 a/p 10.0.0.4 4000 10.0.0.5 80 TCP 60 <nil>`;
    const cut = line.replace('Redirect', 'Drop').slice(0, line.indexOf('10.0.0.5') + 2);
    const { records } = readText(
      `${line}\n${cut}\nI0703 agent.go:1] "Installed IngressRule K8sNetworkPolicy:a/b"\n`,
    );
    expect(records.map(({ decision, destination }) => [decision, destination?.ip])).toEqual([
      ['none', '10.0.0.5'],
      ['deny', undefined],
    ]);
  });
});
