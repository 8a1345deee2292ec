import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

describe('Hubble JSON', () => {
  // Published with github.com/cilium/cilium pull request 40519; labels left out. grep put the file before it.
  const dropped =
    'hubble-flows-cilium-tl8kg-20250715-013221.json:{"flow":{"time":"2025-07-15T01:32:14.234858520Z","uuid":"54a59c8d-9c82-4741-ac0a-25b9c54aead6","verdict":"DROPPED","drop_reason":133,"IP":{"source":"10.244.3.30","destination":"1.1.1.1","ipVersion":"IPv4"},"l4":{"TCP":{"source_port":55462,"destination_port":80,"flags":{"SYN":true}}},"source":{"ID":1238,"identity":24009,"namespace":"cilium-test-5","pod_name":"client-645b68dcf7-2jmrw","workloads":[{"name":"client","kind":"Deployment"}]},"destination":{"identity":16777259,"labels":["reserved:world-ipv4"]},"Type":"L3_L4","event_type":{"type":1,"sub_type":133},"traffic_direction":"EGRESS","drop_reason_desc":"POLICY_DENIED"},"node_name":"kind-worker2","time":"2025-07-15T01:32:14.234858520Z"}';

  it('reads a drop by policy', () => {
    expect(readText(dropped).records).toEqual([
      {
        lines: [1, 1],
        dialect: 'hubble-json',
        decision: 'deny',
        time: '2025-07-15T01:32:14.234858520Z',
        source: {
          ip: '10.244.3.30',
          port: 55462,
          namespace: 'cilium-test-5',
          pod: 'client-645b68dcf7-2jmrw',
          workload: 'client',
        },
        destination: { ip: '1.1.1.1', port: 80 },
        protocol: 'TCP',
        direction: 'egress',
        reason: 'POLICY_DENIED',
      },
    ]);
  });

  it('tells drops for other reasons apart, and audits', () => {
    const other = dropped.replace('POLICY_DENIED', 'INVALID_SOURCE_IP');
    const audit = dropped.replace('"DROPPED"', '"AUDIT"');
    const { records, tally } = readText(`${other}\n${audit}\n${dropped.slice(0, -30)}\n`);
    expect(records.map(({ lines, decision }) => [lines, decision])).toEqual([[[2, 2], 'none']]);
    expect(tally).toEqual({ lines: 3, unknown: 1, records: 1, cut: 0 });
  });
});

describe('Calico eBPF', () => {
  it('reads verdicts (github.com/projectcalico/calico pull request 9452)', () => {
    const { records } = readText(
      `cali866cd63afec-I: policy ALLOWED proto 6 src 10.65.0.3:36185 dest 10.65.0.2:8055
   <...>-1954511 [010] b..1. 617201.255659: bpf_trace_printk: cali8d1e69e5f89-E: policy DENIED  proto 17 src 10.65.0.2:43553 dest 10.65.0.3:8055
          <idle>-0       [011] ...s2.. 2154289.312688: bpf_trace_printk: tc_preamble v4 iface cali7d15a16aa79 failed to call log filter 27
`,
    );
    expect(records).toEqual([
      {
        lines: [1, 1],
        dialect: 'calico-ebpf',
        decision: 'allow',
        source: { ip: '10.65.0.3', port: 36185 },
        destination: { ip: '10.65.0.2', port: 8055 },
        protocol: 'TCP',
        direction: 'ingress',
      },
      {
        lines: [2, 2],
        dialect: 'calico-ebpf',
        decision: 'deny',
        time: '617201.255659',
        source: { ip: '10.65.0.2', port: 43553 },
        destination: { ip: '10.65.0.3', port: 8055 },
        protocol: 'UDP',
        direction: 'egress',
      },
    ]);
  });
});
