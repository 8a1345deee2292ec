import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

describe('Calico flows', () => {
  it('reads what Whisker shows', () => {
    const { records } = readText(
      '{"start_time":"2026-01-02T03:04:00Z","end_time":"2026-01-02T03:04:15Z","action":"Deny","source_name":"client-7b78d7c957-*","source_namespace":"shop","source_labels":"app=client | tier=x","dest_name":"web-0","dest_namespace":"shop","protocol":"tcp","dest_port":8080,"reporter":"Dst","policies":{"enforced":[{"kind":"CalicoNetworkPolicy","name":"first","namespace":"shop","tier":"a","action":"Pass","policy_index":0,"rule_index":0,"trigger":null},{"kind":"EndOfTier","name":"","namespace":"","tier":"default","action":"Deny","policy_index":1,"rule_index":-1,"trigger":{"kind":"NetworkPolicy","name":"deny-all","namespace":"shop","tier":"default","action":"ActionUnspecified","policy_index":0,"rule_index":0}}],"pending":[]}}',
    );
    expect(records).toEqual([
      {
        lines: [1, 1],
        dialect: 'calico-flow',
        decision: 'deny',
        time: '2026-01-02T03:04:00Z',
        source: { namespace: 'shop', workload: 'client-7b78d7c957-*' },
        destination: { namespace: 'shop', pod: 'web-0', port: 8080 },
        protocol: 'TCP',
        direction: 'ingress',
        policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'deny-all' },
        reason: 'EndOfTier',
      },
    ]);
  });

  it('reads what Goldmane sends', () => {
    const { records } = readText(
      '{"id":"7","flow":{"Key":{"sourceName":"client-*","sourceNamespace":"shop","sourceType":"WorkloadEndpoint","destName":"pub","destNamespace":"-","destType":"Network","destPort":"443","proto":"tcp","reporter":"Src","action":"Allow","policies":{"enforcedPolicies":[{"kind":"Profile","name":"kns.shop","action":"Allow","ruleIndex":"0"}]}},"startTime":"1767323040","endTime":"1767323055"}}',
    );
    expect(records[0]).toMatchObject({
      decision: 'allow',
      time: '2026-01-02T03:04:00.000Z',
      source: { namespace: 'shop', workload: 'client-*' },
      direction: 'egress',
      policy: { kind: 'Profile', name: 'kns.shop', rule: '0' },
    });
    expect(records[0]!.destination).toEqual({ port: 443 });
  });

  const felix =
    '{"start_time":1767323040,"end_time":1767323055,"source_ip":"10.0.0.1","source_name":"-","source_name_aggr":"client-*","source_namespace":"shop","source_port":0,"source_type":"wep","dest_ip":"10.0.0.2","dest_name":"web-0","dest_name_aggr":"web-*","dest_namespace":"shop","dest_port":80,"dest_type":"wep","dest_service_name":"web","proto":"tcp","action":"deny","reporter":"dst","policies":{"all_policies":["1|default|shop/knp.default.web|deny|-1","2|__PROFILE__|__PROFILE__.kns.shop|allow|0","0|sec|sec.first|pass|3"],"enforced_policies":["1|default|shop/knp.default.web|deny|-1","0|sec|sec.first|pass|3"]}}';

  it('reads what Felix writes to files', () => {
    expect(readText(felix).records[0]).toMatchObject({
      decision: 'deny',
      source: { ip: '10.0.0.1', namespace: 'shop', workload: 'client-*' },
      destination: {
        ip: '10.0.0.2',
        port: 80,
        namespace: 'shop',
        pod: 'web-0',
        workload: 'web-*',
        service: 'web',
      },
      policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' },
      reason: 'EndOfTier',
    });
  });

  it('names policies of every kind as Whisker does', () => {
    const named = (tier: string, name: string): unknown =>
      readText(felix.replaceAll('1|default|shop/knp.default.web|deny|-1', `1|${tier}|${name}|deny|2`))
        .records[0]?.policy;
    const rule = '2';
    const admin = { kind: 'AdminNetworkPolicy', name: 'deny-all', rule };
    expect(named('adminnetworkpolicy', 'kanp.adminnetworkpolicy.deny-all')).toEqual(admin);
    const baseline = { kind: 'BaselineAdminNetworkPolicy', name: 'default', rule };
    expect(named('baselineadminnetworkpolicy', 'kbanp.baselineadminnetworkpolicy.default')).toEqual(baseline);
    const cluster = { kind: 'ClusterNetworkPolicy', name: 'no.dots', rule };
    expect(named('kube-admin', 'kcnp.kube-admin.no.dots')).toEqual(cluster);
    expect(named('kube-baseline', 'kcnp.kube-baseline.no.dots')).toEqual(cluster);
    const own = { kind: 'CalicoNetworkPolicy', namespace: 'b', name: 'p', rule };
    expect(named('default', 'b/default.p')).toEqual(own);
    expect(named('sec', 'sec.first')).toEqual({ kind: 'GlobalNetworkPolicy', name: 'first', rule });
    expect(named('default', 'ossg.default.19bed2d3')).toEqual({ name: 'ossg.default.19bed2d3', rule });
  });

  it('says no more than the line: no policy where hits disagree, no decision on a pass', () => {
    const { records } = readText(
      `${felix.replace('"action":"deny"', '"action":"allow"')}\n${felix.replace('"action":"deny"', '"action":"pass"')}\n${felix.replace(/"policies":.*/, '"policies":null}')}\n{"source_name":"a","action":"deny"}\n`,
    );
    expect(records.map(({ lines: [line], decision, policy }) => [line, decision, policy])).toEqual([
      [1, 'allow', undefined],
      [3, 'deny', undefined],
    ]);
  });
});
