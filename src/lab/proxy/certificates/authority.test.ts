import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { createAuthority } from './authority.ts';
import { checkPeer } from './peer.ts';

const directory = mkdtempSync(join(tmpdir(), 'authority-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

it('OpenSSL takes its certificates for what they are', async () => {
  const authority = await createAuthority();
  const { certificate } = await authority.identityOf('cluster.local', 'shop', 'web');
  const server = await authority.serverCertificate(['127.0.0.1', 'localhost']);
  const roots = file('roots.pem', authority.roots);
  for (const [name, pem, purpose] of [
    ['workload.pem', certificate, 'sslclient'],
    ['workload.pem', certificate, 'sslserver'],
    ['server.pem', server.certificate, 'sslserver'],
  ] as const) {
    const args = ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', roots, file(name, pem)];
    expect(execFileSync('openssl', args, { encoding: 'utf8' })).toMatch(/: OK$/m);
  }
});

it('a workload is named by a SPIFFE ID alone, in a critical extension', async () => {
  const authority = await createAuthority();
  const identity = await authority.identityOf('td', 'shop', 'web');
  expect(identity.spiffeId).toBe('spiffe://td/ns/shop/sa/web');
  const certificate = new X509Certificate(identity.certificate);
  expect(certificate.subject ?? '').toBe('');
  expect(certificate.subjectAltName).toBe('URI:spiffe://td/ns/shop/sa/web');
  const path = file('spiffe.pem', identity.certificate);
  const text = execFileSync('openssl', ['x509', '-in', path, '-noout', '-text'], { encoding: 'utf8' });
  expect(text).toMatch(/Subject Alternative Name: critical/);
  expect(text).toMatch(/CA:FALSE/);
  expect(identity.notAfter.getTime() - Date.now()).toBeGreaterThan(23 * 3_600_000);
});

it('an identity is issued once, and anew after half of its life', async () => {
  const authority = await createAuthority({ workloadLife: 400 });
  const first = await authority.identityOf('td', 'a', 'b');
  expect(await authority.identityOf('td', 'a', 'b')).toBe(first);
  await sleep(250);
  expect((await authority.identityOf('td', 'a', 'b')).certificate).not.toBe(first.certificate);
});

it('a peer is of the mesh only with a certificate of its CA, in its time', async () => {
  const [authority, other] = [await createAuthority({ workloadLife: 500 }), await createAuthority()];
  const roots = new X509Certificate(authority.roots);
  const own = new X509Certificate((await authority.identityOf('td', 'a', 'b')).certificate);
  expect(checkPeer(own, roots)).toMatchObject({ identity: 'td/ns/a/sa/b' });
  expect(checkPeer(undefined, roots)).toHaveProperty('trouble');
  const foreign = new X509Certificate((await other.identityOf('td', 'a', 'b')).certificate);
  expect(checkPeer(foreign, roots)).toHaveProperty('trouble');
  const server = new X509Certificate((await authority.serverCertificate(['localhost'])).certificate);
  expect(checkPeer(server, roots)).toHaveProperty('trouble');
  await sleep(1700);
  expect(checkPeer(own, roots)).toHaveProperty('trouble');
});
