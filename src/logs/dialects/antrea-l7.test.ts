import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

describe('Antrea layer 7', () => {
  const line =
    '{"timestamp":"2024-03-01T10:00:00.000001+0000","event_type":"alert","src_ip":"10.10.1.5","src_port":43352,"dest_ip":"10.10.1.4","dest_port":80,"proto":"TCP","alert":{"action":"blocked","signature":"Reject by AntreaNetworkPolicy:web/only-get"},"http":{"url":"/admin?token=1","http_method":"POST"}}';

  it('reads alerts', () => {
    expect(readText(line).records).toEqual([
      {
        lines: [1, 1],
        dialect: 'antrea-l7',
        decision: 'deny',
        time: '2024-03-01T10:00:00.000001+00:00',
        source: { ip: '10.10.1.5', port: 43352 },
        destination: { ip: '10.10.1.4', port: 80 },
        protocol: 'TCP',
        policy: { kind: 'AntreaNetworkPolicy', namespace: 'web', name: 'only-get' },
        method: 'POST',
        path: '/admin',
      },
    ]);
  });

  it('reads no other event', () => {
    const { records } = readText(
      `${line.replace('"alert"', '"http"')}\n${line.replace('blocked', 'allowed')}\n`,
    );
    expect(records.map(({ lines, decision }) => [lines[0], decision])).toEqual([[2, 'none']]);
  });
});
