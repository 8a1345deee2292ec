import { describe, expect, test } from 'vitest';
import { madeCluster, madePod, madeService, tcp } from '../../test/support/hand-cluster.ts';
import type { Request } from '../model/index.ts';
import { buildRequest } from './build-request.ts';
import { readEndpoint } from './endpoint-text.ts';
import type { RequestFlags } from './request-flags.ts';
import { resolveDestination } from './resolve-endpoint.ts';

const cluster = madeCluster(
  madePod('shop', 'client'),
  madePod('shop', 'one', [tcp(8080, 'http')], '10.0.0.7'),
  madePod('shop', 'two', [tcp(80), tcp(81, 'admin'), { containerPort: 53, protocol: 'UDP' }]),
  madePod('shop', 'none'),
  madeService('shop', 'api', tcp(8080, 'http')),
);
const source = { kind: 'pod', namespace: 'shop', name: 'client' } as const;

function build(to: string, flags: RequestFlags = {}): { end: Request; notes: readonly string[] } {
  const written = readEndpoint(to);
  const destination = resolveDestination(cluster, written, 'shop', source).end;
  return buildRequest(cluster, { source, destination, written }, flags);
}

const http = (to: string, flags: RequestFlags = {}): Request['http'] => build(to, flags).end.http;

describe('a URL', () => {
  test('is what plain curl sends', () => {
    expect(build('http://api.shop:8080/a/../b?c#d').end).toEqual({
      source,
      destination: { kind: 'service', namespace: 'shop', name: 'api' },
      port: 8080,
      protocol: 'TCP',
      http: { method: 'GET', path: '/a/../b?c', host: 'api.shop:8080' },
      complete: true,
    });
  });

  test('of https hides HTTP and shows the server name', () => {
    const { end, notes } = build('https://api.shop/secret');
    expect(end).toMatchObject({ port: 443, sni: 'api.shop' });
    expect(end.http).toBeUndefined();
    expect(notes).toEqual(['https: the proxies pass the TLS on and see its server name only']);
    expect(build('https://10.0.0.7/').end.sni).toBeNull();
    expect(() => build('https://api/', { path: '/x' })).toThrow('--path does not go with https://');
  });

  test('of tcp is bytes', () => {
    expect(build('tcp://api:8080').end.http).toBeUndefined();
    expect(() => build('tcp://api:8080', { jwt: 'none' })).toThrow('--jwt does not go with tcp://');
  });

  test('flags win over it', () => {
    const flags = { method: 'POST', path: '//x', host: 'h', header: ['X-A: 1', 'Host: no'] };
    expect(http('http://api/p', flags)).toEqual({
      method: 'POST',
      path: '//x',
      host: 'h',
      headers: { 'X-A': '1' },
    });
    expect(http('http://api/p', { header: ['host: from-header'] })?.host).toBe('from-header');
  });
});

describe('without a URL', () => {
  test('what curl sends, to a port that is declared HTTP', () => {
    expect(http('api:8080')).toEqual({ method: 'GET', path: '/', host: 'api:8080' });
    expect(http('tcp://api:8080')).toBeUndefined();
  });

  test('bytes to other ports, unless a flag speaks of HTTP', () => {
    expect(http('shop/two:80')).toBeUndefined();
    expect(http('api:8080', { path: '/x' })).toEqual({ method: 'GET', path: '/x', host: 'api:8080' });
    expect(http('shop/svc/api:http', { method: 'PUT' })).toEqual({
      method: 'PUT',
      path: '/',
      host: 'api.shop:8080',
    });
  });

  test('the Host of a pod is its address, and not known where that is not known', () => {
    expect(http('shop/one', { path: '/' })?.host).toBe('10.0.0.7:8080');
    expect(http('shop/two:80', { path: '/' })).toEqual({ method: 'GET', path: '/' });
    expect(http('203.0.113.7:80', { path: '/' })?.host).toBe('203.0.113.7');
    expect(http('[2001:db8::1]:81', { path: '/' })?.host).toBe('[2001:db8::1]:81');
  });
});

test('--open leaves open what nobody said', () => {
  expect(build('api:8080', { open: true, header: ['x: y'] }).end).toMatchObject({
    http: { headers: { x: 'y' } },
    complete: false,
  });
  expect(http('http://api/p', { open: true })).toEqual({ path: '/p', host: 'api' });
});

describe('the port', () => {
  test('is the only one that the destination declares', () => {
    const { end, notes } = build('shop/one');
    expect(end.port).toBe(8080);
    expect(notes).toEqual(['port 8080 is the only TCP port that the destination declares']);
    expect(build('shop/two', { protocol: 'udp' }).end.port).toBe(53);
  });

  test('has to be said where there are several or none', () => {
    expect(() => build('shop/two')).toThrow(
      expect.objectContaining({ exitCode: 64, details: ['  80', '  81 (admin)'] }),
    );
    expect(() => build('shop/none')).toThrow(expect.objectContaining({ exitCode: 64 }));
  });

  test('may be a name', () => {
    expect(build('shop/two', { port: 'admin' }).end.port).toBe('admin');
    expect(() => build('shop/two', { port: 'adm' })).toThrow(expect.objectContaining({ exitCode: 65 }));
    expect(() => build('api', { port: 'nope' })).toThrow(expect.objectContaining({ exitCode: 65 }));
  });

  test('is said once', () => {
    expect(() => build('api:80', { port: '81' })).toThrow('the destination says port 80, --port says 81');
    expect(build('api:80', { port: '80' }).end.port).toBe(80);
    expect(() => build('api', { port: '0' })).toThrow('"0" is not a port');
  });
});

test('tokens, server names and identities', () => {
  expect(build('http://api', { claim: ['iss=i'], jwt: 'expired' }).end.jwt).toEqual({
    claims: { iss: 'i' },
    invalid: 'expired',
  });
  expect(build('http://api', { jwt: 'invalid' }).end.jwt).toEqual({ invalid: 'bad-signature' });
  expect(build('http://api', { jwt: 'none' }).end.jwt).toBe('none');
  expect(() => build('http://api', { jwt: 'none', claim: ['a=b'] })).toThrow('--jwt none');
  const principal = 'spiffe://cluster.local/ns/a/sa/b';
  expect(build('api:1', { sni: 'none', principal }).end).toMatchObject({
    sni: null,
    principal: 'cluster.local/ns/a/sa/b',
  });
  expect(build('api:1', { sni: 'x', principal: 'none' }).end).toMatchObject({ sni: 'x', principal: null });
});

test('what cannot be sent is refused', () => {
  expect(() => build('http://api', { protocol: 'UDP' })).toThrow('HTTP and TLS go over TCP');
  expect(() => build('api:1', { protocol: 'ICMP' })).toThrow('TCP, UDP or SCTP');
  expect(() => build('http://api', { method: 'GE T' })).toThrow('is not an HTTP method');
  expect(() => build('http://api', { path: '/a b' })).toThrow('cannot be sent');
});
