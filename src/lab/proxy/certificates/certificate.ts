import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, identifier, integer, octets, sequence, set, tagged, text, time, yes } from './der.ts';

/** What a certificate says. Source: RFC 5280; the forms of SPIFFE's X.509-SVID and of Istio's CA. */
export interface CertificateContent {
  readonly publicKey: KeyObject;
  readonly issuer: {
    readonly name: DistinguishedName;
    readonly publicKey: KeyObject;
    readonly key: KeyObject;
  };
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly use: 'authority' | 'workload' | 'server';
  /** `spiffe://…`, DNS names and addresses. */
  readonly alternativeNames: readonly string[];
}

/** Attributes of a name; without any it is empty, and the alternative names are then critical. */
export interface DistinguishedName {
  readonly organization?: string;
  readonly commonName?: string;
}

const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'));

/** Writes and signs a certificate. Gives PEM. */
export function makeCertificate(content: CertificateContent): string {
  const { issuer, subject, notBefore, notAfter, publicKey } = content;
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ecdsaWithSha256,
    nameOf(issuer.name),
    sequence(time(notBefore), time(notAfter)),
    nameOf(subject),
    spki(publicKey),
    tagged(0xa3, sequence(...extensionsOf(content))),
  );
  const signature = sign('sha256', toBeSigned, issuer.key);
  return pem('CERTIFICATE', sequence(toBeSigned, ecdsaWithSha256, bits(signature)));
}

/** 127 random bits: positive, and never 0 in its first byte. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes;
}

function nameOf({ organization, commonName }: DistinguishedName): Buffer {
  const attribute = (type: string, value: string | undefined): Buffer[] =>
    value === undefined ? [] : [set(sequence(identifier(type), text(value)))];
  return sequence(...attribute('2.5.4.10', organization), ...attribute('2.5.4.3', commonName));
}

function extensionsOf({ use, publicKey, issuer, subject, alternativeNames }: CertificateContent): Buffer[] {
  const authority = use === 'authority';
  const emptySubject = Object.keys(subject).length === 0;
  const both = sequence(identifier('1.3.6.1.5.5.7.3.1'), identifier('1.3.6.1.5.5.7.3.2'));
  return [
    // digitalSignature and keyEncipherment, or keyCertSign and cRLSign.
    extension('2.5.29.15', true, authority ? bits(Buffer.from([0x06]), 1) : bits(Buffer.from([0xa0]), 5)),
    ...(authority
      ? []
      : [
          extension(
            '2.5.29.37',
            false,
            use === 'workload' ? both : sequence(identifier('1.3.6.1.5.5.7.3.1')),
          ),
        ]),
    extension('2.5.29.19', true, authority ? sequence(yes) : sequence()),
    ...(authority ? [extension('2.5.29.14', false, octets(keyId(publicKey)))] : []),
    extension('2.5.29.35', false, sequence(tagged(0x80, keyId(issuer.publicKey)))),
    ...(alternativeNames.length === 0
      ? []
      : [extension('2.5.29.17', emptySubject, sequence(...alternativeNames.map(alternativeName)))]),
  ];
}

function extension(type: string, critical: boolean, value: Buffer): Buffer {
  return sequence(identifier(type), ...(critical ? [yes] : []), octets(value));
}

function alternativeName(name: string): Buffer {
  if (name.includes('://')) return tagged(0x86, Buffer.from(name));
  if (isIP(name) === 4) return tagged(0x87, Buffer.from(name.split('.').map(Number)));
  if (isIP(name) === 6) throw new Error(`no IPv6 address can be put into a certificate here: ${name}`);
  return tagged(0x82, Buffer.from(name));
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1').update(spki(key)).digest();
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
