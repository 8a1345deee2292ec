import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

/** Addresses and names as in OpenShift's documentation, "Audit logging for network security". */
const line = (name: string, rest: string): string =>
  `2023-11-02T16:28:54.139Z|00004|acl_log(ovn_pinctrl0)|INFO|name="${name}", ${rest}`;
const tcp =
  'tcp,vlan_tci=0x0000,dl_src=0a:58:0a:81:02:01,dl_dst=0a:58:0a:81:02:23,nw_src=10.131.0.39,nw_dst=10.129.2.35,nw_tos=0,nw_ecn=0,nw_ttl=62,nw_frag=no,tp_src=58496,tp_dst=8080,tcp_flags=psh|ack';
const denied = line(
  'NP:verify-audit-logging:Ingress',
  `verdict=drop, severity=alert, direction=to-lport: ${tcp}`,
);

describe('OVN acl_log', () => {
  it('reads a denial', () => {
    expect(readText(denied).records).toEqual([
      {
        lines: [1, 1],
        dialect: 'ovn-acl',
        decision: 'deny',
        time: '2023-11-02T16:28:54.139Z',
        source: { ip: '10.131.0.39', port: 58496 },
        destination: { ip: '10.129.2.35', port: 8080 },
        protocol: 'TCP',
        direction: 'ingress',
        policy: { kind: 'NetworkPolicy', namespace: 'verify-audit-logging' },
      },
    ]);
  });

  it('reads every form of a name', () => {
    const names = [
      'NP:a:allow-web:Egress:2',
      'ANP:top:Ingress:0',
      'BANP:default:Egress:1',
      'a_allow-web',
      'np/allow.web.a/IPv4/3',
      'neutron-00000000-0000-4000-8000-000000000000',
      '<unnamed>',
    ];
    const { records } = readText(
      names.map((name) => line(name, `verdict=allow, severity=alert: ${tcp}`)).join('\n'),
    );
    expect(records.map(({ policy, direction }) => [policy, direction])).toEqual([
      [{ kind: 'NetworkPolicy', namespace: 'a', name: 'allow-web', rule: '2' }, 'egress'],
      [{ kind: 'AdminNetworkPolicy', name: 'top', rule: '0' }, 'ingress'],
      [{ kind: 'BaselineAdminNetworkPolicy', name: 'default', rule: '1' }, 'egress'],
      [{ namespace: 'a', name: 'allow-web' }, undefined],
      [{ kind: 'NetworkPolicy', namespace: 'a', name: 'allow.web', rule: '3' }, undefined],
      [{ rule: names[5] }, undefined],
      [undefined, undefined],
    ]);
  });

  it('reads old lines, IPv6, and passes on as no decision', () => {
    const { records } = readText(
      [
        line(
          'a_b',
          'verdict=drop, severity=alert:icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2,icmp_type=8,icmp_code=0',
        ),
        line(
          'x',
          'verdict=reject, severity=info, direction=from-lport: udp6,ipv6_src=fd00::1,ipv6_dst=fd00::2,tp_src=4000,tp_dst=53',
        ),
        denied.replace('drop', 'pass'),
      ].join('\n'),
    );
    expect(records).toMatchObject([
      { decision: 'deny', protocol: 'ICMP', destination: { ip: '10.0.0.2' } },
      { decision: 'deny', protocol: 'UDP', direction: 'egress', destination: { ip: 'fd00::2', port: 53 } },
      { decision: 'none' },
    ]);
  });

  it('takes no half value of a cut line, and no other line of OVN', () => {
    const cut = denied.slice(0, denied.indexOf('10.129.2.35') + 8);
    const { records } = readText(
      `${cut}\n2023-11-02T16:28:54.139Z|00005|acl_log(ovn_pinctrl0)|WARN|Dropped 12 log messages\nlog(name="acl_log", verdict=drop);\n`,
    );
    expect(records.map(({ source, destination }) => [source, destination])).toEqual([
      [{ ip: '10.131.0.39' }, undefined],
    ]);
  });
});
