import { describe, expect, it } from 'vitest';
import { createLoggers } from '../../../istio/istioctl/index.ts';
import { formatAccess } from './access.ts';
import { createLog } from './line.ts';

describe('levels', () => {
  const levelsOf = (settings: Parameters<typeof createLoggers>[0], ...names: string[]) => {
    const all = new Map(createLoggers(settings).list());
    return names.map((name) => all.get(name));
  };

  it.each([
    [{}, ['warning', 'warning', 'error']],
    [{ level: 'debug' }, ['debug', 'debug', 'error']],
    [{ level: 'warning,rbac:debug' }, ['debug', 'warning', 'warning']],
    [{ level: 'rbac:debug' }, ['debug', 'warning', 'warning']],
    [{ level: 'rbac:debug,jwt:trace', componentLevel: 'http:debug' }, ['debug', 'warning', 'warning']],
    [{ componentLevel: 'rbac:debug,http:info' }, ['debug', 'info', 'warning']],
    [{ level: 'nonsense' }, ['warning', 'warning', 'error']],
  ])('of %j', (settings, wanted) => {
    expect(levelsOf(settings, 'rbac', 'http', 'misc')).toEqual(wanted);
  });

  it('a logger is on at its level and above', () => {
    const loggers = createLoggers({ level: 'info' });
    expect([
      loggers.isOn('rbac', 'debug'),
      loggers.isOn('rbac', 'info'),
      loggers.isOn('rbac', 'error'),
    ]).toEqual([false, true, true]);
    loggers.setAll('off');
    expect(loggers.isOn('rbac', 'critical')).toBe(false);
  });
});

it("a line of Envoy's has Istio's form", () => {
  const lines: string[] = [];
  const log = createLog(createLoggers({ level: 'debug' }), (line) => lines.push(line));
  log.envoy({ logger: 'rbac', file: 'source/x.cc', line: 7 }, 'debug', 'one\ntwo', 22);
  expect(lines[0]).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\tdebug\tenvoy rbac external\/envoy\/source\/x\.cc:7\tone$/,
  );
  expect(lines[1]).toBe('two\tthread=22');
});

describe('the access log', () => {
  const entry = {
    start: new Date('2026-01-02T03:04:05.678Z'),
    method: 'GET',
    path: '/x',
    protocol: 'HTTP/1.1',
    code: 403,
    details: 'rbac_access_denied_matched_policy[none]',
    bytesReceived: 0,
    bytesSent: 19,
    duration: 0,
    userAgent: 'curl/8',
    requestId: 'ID',
    authority: 'httpbin:8000',
    upstreamCluster: 'inbound|80||',
    downstreamLocal: '10.0.0.9:80',
    downstreamRemote: '10.0.0.5:40000',
    serverName: 'outbound_.8000_._.httpbin.foo.svc.cluster.local',
    route: 'default',
  };

  it("as text has Istio's default fields", () => {
    expect(formatAccess(entry, 'TEXT')).toBe(
      '[2026-01-02T03:04:05.678Z] "GET /x HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] - "-" 0 19 0 - "-" "curl/8" "ID" "httpbin:8000" "-" ' +
        'inbound|80|| - 10.0.0.9:80 10.0.0.5:40000 outbound_.8000_._.httpbin.foo.svc.cluster.local default',
    );
  });

  it('as JSON has them by name', () => {
    expect(JSON.parse(formatAccess(entry, 'JSON'))).toMatchObject({
      response_code: 403,
      response_code_details: 'rbac_access_denied_matched_policy[none]',
      upstream_host: null,
      downstream_remote_address: '10.0.0.5:40000',
    });
  });
});
