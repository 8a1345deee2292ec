import { X509Certificate } from 'node:crypto';
import type { Credentials } from '../sidecar/credentials.ts';

const day = 86_400_000;

/** `/certs`: the certificates that the proxy uses, in the shape of Envoy's admin interface. */
export function describeCertificates({ identity, roots }: Credentials): string {
  const own = new X509Certificate(identity.certificate);
  const describe = (certificate: X509Certificate, names: readonly string[]): object => ({
    path: '<inline>',
    serial_number: certificate.serialNumber.toLowerCase(),
    subject_alt_names: names.map((uri) => ({ uri })),
    days_until_expiration: `${Math.max(0, Math.floor((certificate.validToDate.getTime() - Date.now()) / day))}`,
    valid_from: certificate.validFromDate.toISOString(),
    expiration_time: certificate.validToDate.toISOString(),
  });
  const body = {
    certificates: [{ ca_cert: [describe(roots, [])], cert_chain: [describe(own, [identity.spiffeId])] }],
  };
  return `${JSON.stringify(body, undefined, 1)}\n`;
}
