import { expect, test } from 'vitest';
import { readUrl } from './read-url.ts';

test('what curl makes of a URL', () => {
  expect(readUrl('http://svc-np-test-nginx-2.np-test-2/path?x')).toEqual({
    scheme: 'http',
    host: 'svc-np-test-nginx-2.np-test-2',
    port: 80,
    target: '/path?x',
    hostHeader: 'svc-np-test-nginx-2.np-test-2',
  });
});

test.each([
  ['http://a', '/', 'a'],
  ['http://a:80/', '/', 'a'],
  ['http://a:8080?q', '/?q', 'a:8080'],
  ['https://a:80/x', '/x', 'a:80'],
  ['http://a/b/../c//d/%2e%2E/;x?y=/../#frag', '/b/../c//d/%2e%2E/;x?y=/../', 'a'],
  ['http://a/#f', '/', 'a'],
  ['HTTP://A/%zz\\', '/%zz\\', 'A'],
  ['http://[2001:db8::1]:8080/', '/', '[2001:db8::1]:8080'],
])('%s: the path stays as it is written', (text, target, hostHeader) => {
  expect(readUrl(text)).toMatchObject({ target, hostHeader });
});

test('ports', () => {
  expect(readUrl('https://a').port).toBe(443);
  expect(readUrl('tcp://a:5432')).toMatchObject({ scheme: 'tcp', host: 'a', port: 5432 });
  expect(readUrl('tcp://a').port).toBeUndefined();
});

test.each([
  ['ftp://a', 'a URL begins with http://'],
  ['http://', 'the host is missing'],
  ['http://:80/', 'the host is missing'],
  ['http://a:0/', '"0" in "http://a:0/" is not a port'],
  ['http://a:http/', "a URL's port is a number"],
  ['http://user:secret@a/', "give user and password as --header 'Authorization: …'"],
  ['http://a/b c', 'holds no white space'],
  ['tcp://a:1/x', 'tcp:// has no path'],
])('%s is refused', (text, message) => {
  expect(() => readUrl(text)).toThrow(message);
});
