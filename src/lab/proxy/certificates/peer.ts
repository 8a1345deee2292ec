import { X509Certificate } from 'node:crypto';

/** What a certificate of the other end says, once it is found to be of the mesh. */
export interface Peer {
  /** Without `spiffe://`. */
  readonly identity: string;
  /** SHA-256 of the certificate, in hexadecimal, as x-forwarded-client-cert has it. */
  readonly hash: string;
  readonly subject: string;
}

/** Reads the identity in a certificate that one of `roots` has signed and that is in its time; else says what is wrong with it. */
export function checkPeer(
  certificate: X509Certificate | undefined,
  roots: X509Certificate,
): Peer | { readonly trouble: string } {
  if (certificate === undefined) return { trouble: 'no certificate' };
  const now = Date.now();
  if (now < certificate.validFromDate.getTime()) return { trouble: 'the certificate is not valid yet' };
  if (now > certificate.validToDate.getTime()) return { trouble: 'the certificate has expired' };
  if (!certificate.checkIssued(roots) || !certificate.verify(roots.publicKey)) {
    return { trouble: 'the certificate is not of this mesh' };
  }
  const identity = spiffeIdOf(certificate);
  if (identity === undefined) return { trouble: 'the certificate has no SPIFFE ID' };
  const hash = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  return { identity, hash, subject: certificate.subject?.replaceAll('\n', ',') ?? '' };
}

/** True for a peer of the mesh, false for trouble. */
export function isPeer(checked: ReturnType<typeof checkPeer>): checked is Peer {
  return 'identity' in checked;
}

/** The SPIFFE ID of a certificate, without `spiffe://`. A workload's has just one URI. */
function spiffeIdOf(certificate: X509Certificate): string | undefined {
  const uris = (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((name) => (name.startsWith('URI:spiffe://') ? [name.slice('URI:spiffe://'.length)] : []));
  return uris.length === 1 ? uris[0] : undefined;
}

export { X509Certificate };
