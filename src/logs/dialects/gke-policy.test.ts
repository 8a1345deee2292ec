import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

const connection =
  '"connection":{"src_ip":"10.84.0.252","dest_ip":"10.84.0.165","src_port":52648,"dest_port":8080,"protocol":"tcp","direction":"ingress"}';

describe('GKE policy log', () => {
  it('reads what is allowed, out of a Cloud Logging entry', () => {
    const { records } = readText(
      `{"insertId":"a","jsonPayload":{${connection},"disposition":"allow","count":1,"policies":[{"kind":"NetworkPolicy","name":"allow-green","namespace":"default"}],"src":{"pod_name":"client-green-7b78d7c957-68mv4","pod_namespace":"default","namespace":"default","workload_kind":"ReplicaSet","workload_name":"client-green-7b78d7c957"},"dest":{"node_name":"node-1","workload_kind":"Node"}},"timestamp":"2026-01-02T03:04:05.678Z","logName":"projects/p/logs/policy-action"}`,
    );
    expect(records).toEqual([
      {
        lines: [1, 1],
        dialect: 'gke-policy',
        decision: 'allow',
        time: '2026-01-02T03:04:05.678Z',
        source: {
          ip: '10.84.0.252',
          port: 52648,
          namespace: 'default',
          pod: 'client-green-7b78d7c957-68mv4',
          workload: 'client-green-7b78d7c957',
        },
        destination: { ip: '10.84.0.165', port: 8080 },
        protocol: 'TCP',
        direction: 'ingress',
        policy: { kind: 'NetworkPolicy', namespace: 'default', name: 'allow-green' },
      },
    ]);
  });

  it('reads what is denied, as older versions write it', () => {
    const { records } = readText(
      `{${connection},"disposition":"deny","count":2,"src":{"instance":"10.84.0.252"},"dest":{"pod_name":"web","pod_namespace":"shop"},"timestamp":"2026-01-02T03:04:05.000000001Z"}`,
    );
    expect(records[0]).toMatchObject({
      decision: 'deny',
      time: '2026-01-02T03:04:05.000000001Z',
      source: { ip: '10.84.0.252', port: 52648 },
      destination: { namespace: 'shop', pod: 'web' },
    });
    expect(records[0]!.policy).toBeUndefined();
    expect(records[0]!.source!.pod).toBeUndefined();
  });

  it('leaves other dispositions and other objects alone', () => {
    const { records } = readText(`{${connection},"disposition":"unknown"}\n{"disposition":"deny"}\n`);
    expect(records).toEqual([]);
  });
});
