import { describe, expect, it } from 'vitest';
import { defaultMesh, notSaid } from '../../model/index.ts';
import { type Arrival, receiveRequest } from './receive.ts';
import { isBadRequest, looksLikeHttp } from './request-line.ts';

const arrival: Arrival = {
  peerAddress: '10.0.0.1',
  identity: undefined,
  ownIdentity: undefined,
  gateway: false,
};

function receive(
  http: Parameters<typeof receiveRequest>[0],
  complete = true,
  at: Partial<Arrival> = {},
  trustedProxies = 0,
) {
  return receiveRequest(http, complete, { ...defaultMesh, trustedProxies }, { ...arrival, ...at });
}

function accepted(...request: Parameters<typeof receive>) {
  const received = receive(...request);
  if (isBadRequest(received)) throw new Error(received.details);
  return received;
}

describe('receiveRequest', () => {
  it('keeps one value of some headers: those of a repeated one are joined, as Envoy does', () => {
    const sent = { Authorization: ['0', 'Basic x'], 'x-a': ['0', 'Basic x'], accept: ['', 'a'] };
    const { headers } = accepted({ headers: sent });
    expect(headers.get('authorization')).toEqual(['0,Basic x']);
    expect(headers.get('x-a')).toEqual(['0', 'Basic x']);
    expect(headers.get('accept')).toEqual(['a']);
  });

  it.each([
    ['get', '/', 'http1.codec_error'],
    ['FOO', '/', 'http1.codec_error'],
    ['GET', 'foo', 'http1.codec_error'],
    ['GET', '', 'http1.codec_error'],
    ['GET', '/a b', 'http1.codec_error'],
    ['GET', '/f\u00c3\u00a9', 'http1.codec_error'],
    ['GET', '*', 'http1.invalid_url'],
    ['GET', 'http:///x', 'http1.invalid_url'],
    ['GET', 'ftp://h/x', 'http1.invalid_scheme'],
    ['OPTIONS', '*', 'absolute_path_rejected'],
    ['GET', 'http://h?x', 'absolute_path_rejected'],
    ['CONNECT', '/x', 'http1.invalid_url'],
    ['GET', '/%00', 'path_normalization_failed'],
  ])('refuses %s %j with %s', (method, path, details) => {
    expect(receive({ method, path, host: 'h' })).toMatchObject({ details });
  });

  it('takes host and path from an absolute URI', () => {
    expect(accepted({ method: 'GET', path: 'http://other:81/x?y#z', host: 'h' })).toMatchObject({
      authority: 'other:81',
      path: '/x?y',
    });
    expect(accepted({ method: 'GET', path: 'http://other', host: 'h' })).toMatchObject({ path: '/' });
  });

  it('trims header values and joins names of different case', () => {
    const { headers } = accepted({ headers: { 'X-A': ' one\t', 'x-a': ['two', ''] } });
    expect(headers.get('x-a')).toEqual(['one', 'two', '']);
  });

  it('keeps from the filters what ends at the proxy', () => {
    const { headers } = accepted({
      headers: { TE: 'gzip', 'X-Envoy-Decorator-Operation': 'x', 'Keep-Alive': '1' },
    });
    expect([...headers.keys()]).toEqual(['x-forwarded-proto', 'x-request-id']);
    expect(accepted({ headers: { te: 'gzip, trailers' } }).headers.get('te')).toEqual(['trailers']);
  });

  it('refuses header names that are none', () => {
    expect(receive({ headers: { ':path': '/x' } })).toMatchObject({ details: 'http1.codec_error' });
  });

  it('keeps what is not said open', () => {
    expect(accepted({}, false)).toMatchObject({
      method: notSaid,
      path: notSaid,
      authority: notSaid,
      remoteAddress: notSaid,
      headersComplete: false,
    });
  });

  it('sets the client certificate header itself', () => {
    const forged = { headers: { 'X-Forwarded-Client-Cert': 'URI=spiffe://forged' } };
    expect(accepted(forged).headers.has('x-forwarded-client-cert')).toBe(false);
    const own = accepted(forged, true, { identity: 'td/ns/a/sa/b', gateway: true });
    expect(own.headers.get('x-forwarded-client-cert')).toEqual([
      'By=;Hash=;Subject="";URI=spiffe://td/ns/a/sa/b',
    ]);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['10.0.0.9 , 2001:db8::1', '2001:db8::1'],
    [['10.1.2.3', '203.0.113.7'], '203.0.113.7'],
    ['203.0.113.7:80', '10.0.0.1'],
    ['[2001:db8::1]', '10.0.0.1'],
    ['garbage', '10.0.0.1'],
    ['203.0.113.7,', '10.0.0.1'],
    [['203.0.113.7', ''], '203.0.113.7'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['', '10.0.0.1'],
  ])('a sidecar reads the remote address of %j as %s', (value, address) => {
    expect(accepted({ headers: { 'X-Forwarded-For': value } }).remoteAddress).toBe(address);
  });

  it('a gateway trusts as many proxies as it is told to', () => {
    const http = { headers: { 'x-forwarded-for': '192.0.2.1, 192.0.2.2' } };
    expect(accepted(http, true, { gateway: true }).remoteAddress).toBe('10.0.0.1');
    expect(accepted(http, true, { gateway: true }, 1).remoteAddress).toBe('192.0.2.2');
    expect(accepted(http, true, { gateway: true }, 2).remoteAddress).toBe('192.0.2.1');
    expect(accepted(http, true, { gateway: true }, 3).remoteAddress).toBe('10.0.0.1');
  });
});

describe('looksLikeHttp', () => {
  it.each([
    ['GET', '/', true],
    ['GET', '*', true],
    ['GET', 'ftp://a/', true],
    [undefined, undefined, true],
    ['get', '/', true],
    ['FOO', '/', true],
    ['FOO', 'foo', false],
    ['CONNECT', 'h:80', true],
    ['F(O', '/', false],
    ['GET', 'foo', false],
    ['GET', '/a b', false],
  ])('%s %s: %s', (method, path, looks) => {
    expect(looksLikeHttp({ ...(method && { method }), ...(path && { path }) })).toBe(looks);
  });
});
