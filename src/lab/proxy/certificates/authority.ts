import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { formatIdentity } from '../../../model/index.ts';
import type { CertificateAuthority, WorkloadIdentity } from '../types.ts';
import { type CertificateContent, type DistinguishedName, makeCertificate } from './certificate.ts';

const makeKeyPair = promisify(generateKeyPair);
const hour = 3_600_000;
/** How far back certificates begin, for clocks that differ. Istio's value. */
const skew = 120_000;

export interface AuthorityOptions {
  /** The root's organization, as istiod has it. */
  readonly trustDomain?: string;
  /** Of workload certificates, in milliseconds; Istio's is a day. Whoever uses one gets a new one after half of it. */
  readonly workloadLife?: number;
}

/** Who signs: its name and keys. */
type Issuer = CertificateContent['issuer'];

/** Makes the lab's own CA, with keys of its own (P-256) that are nowhere but in memory. */
export async function createAuthority(options: AuthorityOptions = {}): Promise<CertificateAuthority> {
  const { trustDomain = 'cluster.local', workloadLife = 24 * hour } = options;
  const name: DistinguishedName = { organization: trustDomain };
  const { publicKey, privateKey } = await makeKeyPair('ec', { namedCurve: 'P-256' });
  const issuer: Issuer = { name, publicKey, key: privateKey };
  const roots = makeCertificate({
    publicKey,
    issuer,
    subject: name,
    ...lasting(10 * 365 * 24 * hour),
    use: 'authority',
    alternativeNames: [],
  });
  const issued = new Map<string, Promise<WorkloadIdentity>>();
  const renewAt = new Map<string, number>();
  return {
    roots,
    identityOf: (domain, namespace, serviceAccount) => {
      const spiffeId = `spiffe://${formatIdentity({ trustDomain: domain, namespace, serviceAccount })}`;
      const known = issued.get(spiffeId);
      if (known !== undefined && Date.now() < renewAt.get(spiffeId)!) return known;
      const fresh = issueIdentity(issuer, roots, spiffeId, workloadLife);
      issued.set(spiffeId, fresh);
      renewAt.set(spiffeId, Date.now() + workloadLife / 2);
      return fresh;
    },
    serverCertificate: async (names) => {
      const keys = await makeKeyPair('ec', { namedCurve: 'P-256' });
      const certificate = makeCertificate({
        publicKey: keys.publicKey,
        issuer,
        subject: { commonName: names[0] ?? 'portcullis' },
        ...lasting(365 * 24 * hour),
        use: 'server',
        alternativeNames: names,
      });
      return { key: exportKey(keys.privateKey), certificate };
    },
  };
}

async function issueIdentity(
  issuer: Issuer,
  roots: string,
  spiffeId: string,
  life: number,
): Promise<WorkloadIdentity> {
  const { publicKey, privateKey } = await makeKeyPair('ec', { namedCurve: 'P-256' });
  const times = lasting(life);
  const certificate = makeCertificate({
    publicKey,
    issuer,
    subject: {},
    ...times,
    use: 'workload',
    alternativeNames: [spiffeId],
  });
  return { spiffeId, key: exportKey(privateKey), certificate, roots, notAfter: times.notAfter };
}

function lasting(milliseconds: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = Date.now();
  // Certificates know whole seconds.
  const end = Math.ceil((now + milliseconds) / 1000) * 1000;
  return { notBefore: new Date(now - skew), notAfter: new Date(end) };
}

function exportKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
