import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

/** Forms that were seldom or never published, from the products' sources. */
describe('seldom forms', () => {
  const rbac = (message: string): string =>
    `2026-01-02T03:04:05.000006Z\tdebug\tenvoy rbac x.cc:1\t${message}\tthread=1\n`;
  const asks = `checking connection: requestedServerName: , sourceIP: 10.0.0.1:4000, directRemoteIP: 10.0.0.1:4000,remoteIP: 10.0.0.1:4000, localAddress: 10.0.0.9:80, ssl: none, dynamicMetadata: `;

  it('Envoy: a filter with nothing but dry runs, a custom action that does not exist, a delayed denial', () => {
    const bad = 'istio-ext-authz-deny-ns[foo]-policy[bar]-rule[0]-deny-due-to-bad-CUSTOM-action';
    const { records } = readText(
      rbac(asks) +
        rbac('no engine, allowed by default') +
        rbac(asks) +
        rbac(`enforced denied, matched policy ${bad}`) +
        rbac('connection will be delay denied in 1000ms'),
    );
    expect(records).toMatchObject([
      {
        lines: [1, 2],
        decision: 'allow',
        source: { ip: '10.0.0.1' },
        reason: 'no engine, allowed by default',
      },
      { lines: [3, 4], decision: 'deny', policy: { namespace: 'foo', name: 'bar', rule: '0' } },
    ]);
  });

  it('Envoy: headers that other loggers print between a question and its result are not its own', () => {
    const other = `2026-01-02T03:04:05.000006Z\tdebug\tenvoy http x.cc:1\t[C1][S2] request headers complete (end_stream=true):
':authority', 'web'
':path', '/other'
':method', 'DELETE'
`;
    const http = asks
      .replace('connection', 'request')
      .replace('dynamicMetadata: ', "headers: ':authority', 'web'");
    for (const question of [rbac(asks), `${rbac(http)}':path', '/own'\n`]) {
      const { records } = readText(question + other + rbac('enforced denied, matched policy none'));
      expect(records).toHaveLength(1);
      expect(records[0]!.path).toBe(question.includes('/own') ? '/own' : undefined);
      expect(records[0]).not.toHaveProperty('method');
    }
  });

  it("ztunnel: a changed policy, a guess at a NetworkPolicy, steps in Rust's own format", () => {
    const line = (error: string): string =>
      `2026-01-02T03:04:05Z\terror\taccess\tconnection complete\tsrc.addr=10.0.0.1:4000 dst.addr=10.0.0.2:80 direction="outbound" bytes_sent=0 bytes_recv=0 duration="0ms" error="${error}"\n`;
    const { records } = readText(
      line('connection closed due to policy change') +
        line(
          'connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: deadline has elapsed',
        ) +
        line('unknown waypoint: not found') +
        '2026-01-02T03:04:05Z\tdebug\tztunnel::state\tno allow policies, allow\n' +
        '2026-01-02T03:04:05Z\ttrace\tztunnel::rbac:matches{policy="a/b"}:match{x=1}\tdestination port does match\n',
    );
    expect(records.map(({ lines: [at], decision }) => [at, decision])).toEqual([
      [1, 'deny'],
      [2, 'none'],
      [4, 'allow'],
    ]);
  });

  it('Hubble: an audit whose zeros are left out, also inside JSON', () => {
    const audit = JSON.stringify({ flow: { verdict: 'AUDIT', event_type: { type: 5 } } });
    const { records } = readText(`${audit}\n${JSON.stringify({ log: audit, stream: 'stdout' })}\n`);
    expect(records.map(({ dialect, decision }) => [dialect, decision])).toEqual([
      ['hubble-json', 'none'],
      ['hubble-json', 'none'],
    ]);
  });

  it('Hubble: only a number for a reason, what a field mask leaves, requests by layer 7, ICMP that has the number 133', () => {
    const flows = [
      { flow: { verdict: 'DROPPED', drop_reason: 133, source: { namespace: 'a', pod_name: 'b' } } },
      { verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED' },
      {
        flow: { verdict: 'DROPPED', l7: { type: 'REQUEST', http: { method: 'PUT', url: 'http://w/x?k=1' } } },
      },
      { flow: { verdict: 'DROPPED', drop_reason: 130, l4: { ICMPv6: { type: 133 } } } },
      { flow: { verdict: 'FORWARDED', event_type: { type: 5 }, policy_match_type: 4 } },
      { flow: { verdict: 'FORWARDED', event_type: { type: 4 }, egress_allowed_by: [] } },
    ];
    const { records } = readText(flows.map((flow) => JSON.stringify(flow)).join('\n'));
    expect(records.map(({ lines: [at], decision }) => [at, decision])).toEqual([
      [1, 'deny'],
      [2, 'deny'],
      [3, 'deny'],
      [5, 'allow'],
    ]);
    expect(records[2]).toMatchObject({ method: 'PUT', path: '/x' });
  });

  it('Hubble: requests for names, and every ARROW', () => {
    const { records } =
      readText(`Jul  1 00:00:00.000: a/b:1 (ID:5) -> c/d:53 (ID:6) dns-request DROPPED (DNS Query x.org. A)
Jul  1 00:00:00.000: a/b:1 (ID:5) <- c/d:80 (ID:6) policy-verdict:L4-Only INGRESS ALLOWED (TCP Flags: SYN, ACK)
Jul  1 00:00:00.000: 10.0.0.1:1 (ingress) <> c/d:80 (ID:6) policy-verdict:none trafic_DIRECTION_UNKNOWN DENIED (TCP Flags: SYN)
`);
    expect(records).toMatchObject([
      { decision: 'deny', destination: { pod: 'd', port: 53 } },
      { decision: 'allow', source: { pod: 'b' }, direction: 'ingress' },
      { decision: 'deny', source: { ip: '10.0.0.1' } },
    ]);
    expect(records[2]).not.toHaveProperty('direction');
  });

  it('Antrea: the pod and no direction; Calico: IPv6 and a mark; OVN: IPv6', () => {
    const { records } =
      readText(`2023/02/01 02:14:03.512873 AntreaPolicyIngressRule AntreaNetworkPolicy:pay/ledger rest Drop 44900 pay/ledger-1 10.0.1.23 48212 10.0.2.41 8443 TCP 60 label [1 packets in 0s]
kernel: [1.5] calico-packet: IN=cali1 OUT=eth0 SRC=fd00::1 DST=fd00::2 LEN=80 TC=0 HOPLIMIT=63 FLOWLBL=7 OPT (0204) PROTO=TCP SPT=4 DPT=80 WINDOW=1 RES=0x00 SYN URGP=0 MARK=0x10000 
2024-01-01T00:00:00.000Z|1|acl_log(ovn_pinctrl0)|INFO|name="NP:a:b:Ingress:1", verdict=allow, severity=info, direction=to-lport: tcp6,ipv6_src=fd00::1,ipv6_dst=fd00::2,tp_src=4,tp_dst=80,tcp_flags=syn
`);
    expect(records).toMatchObject([
      {
        decision: 'deny',
        source: { ip: '10.0.1.23', port: 48212 },
        destination: { ip: '10.0.2.41', port: 8443, namespace: 'pay', pod: 'ledger-1' },
        policy: { namespace: 'pay', name: 'ledger', rule: 'rest' },
      },
      { decision: 'none', source: { ip: 'fd00::1', port: 4 }, destination: { ip: 'fd00::2', port: 80 } },
      { decision: 'allow', source: { ip: 'fd00::1', port: 4 }, protocol: 'TCP', policy: { rule: '1' } },
    ]);
  });

  it('waypoints: the Service, and no client where none is stated', () => {
    const line = (remote: string): string =>
      `[2026-01-02T03:04:05.000Z] "GET / HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] - "-" 0 19 0 - "-" "curl" "1" "web" "-" inbound-vip|80|http|web.shop.svc.cluster.local; - 10.96.0.7:80 ${remote} - default\n`;
    const { records } = readText(line('10.0.0.5:4000') + line('envoy://internal_client_address/'));
    expect(records[0]).toMatchObject({
      source: { ip: '10.0.0.5' },
      destination: { ip: '10.96.0.7', service: 'web.shop.svc.cluster.local' },
      direction: 'ingress',
    });
    expect(records[1]).not.toHaveProperty('source');
  });
});
