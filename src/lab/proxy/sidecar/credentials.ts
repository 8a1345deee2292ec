import { randomBytes, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { CertificateAuthority, WorkloadIdentity } from '../types.ts';

/** What a sidecar shows and trusts in a handshake. */
export interface Credentials {
  readonly identity: WorkloadIdentity;
  readonly context: SecureContext;
  readonly roots: X509Certificate;
}

/** The credentials of one sidecar, renewed before they expire; connections that stand keep those that they were made with. */
export interface CredentialKeeper {
  readonly current: () => Credentials;
  /** Takes an identity of another trust domain from now on. */
  readonly moveTo: (trustDomain: string) => void;
  readonly stop: () => void;
}

/** Gets the credentials of a service account and renews them at half of their life. `onError` hears of a renewal that failed; it is tried again. `onRenewed` hears when `current` has become another. */
export async function keepCredentials(
  authority: CertificateAuthority,
  workload: { readonly trustDomain: string; readonly namespace: string; readonly serviceAccount: string },
  onError: (error: unknown) => void,
  onRenewed: () => void = () => undefined,
): Promise<CredentialKeeper> {
  const ticketKeys = randomBytes(48);
  const { namespace, serviceAccount } = workload;
  let domain = workload.trustDomain;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const fetch = async (): Promise<Credentials> => {
    const identity = await authority.identityOf(domain, namespace, serviceAccount);
    const { key, certificate, roots } = identity;
    const context = createSecureContext({
      key,
      cert: certificate,
      ca: roots,
      ticketKeys,
      sessionIdContext: 'portcullis',
    });
    return { identity, context, roots: new X509Certificate(roots) };
  };
  let credentials = await fetch();
  const renew = (): void => {
    fetch()
      .then((fresh) => {
        credentials = fresh;
        onRenewed();
      })
      .catch(onError)
      .finally(schedule);
  };
  const schedule = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(renew, renewalDelay(credentials.identity));
    timer.unref();
  };
  schedule();
  return {
    current: () => credentials,
    moveTo: (trustDomain) => {
      if (trustDomain === domain) return;
      domain = trustDomain;
      renew();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Milliseconds until half of what is left of the certificate's life is over; not more often than every 50. */
function renewalDelay({ notAfter }: WorkloadIdentity): number {
  const left = notAfter.getTime() - Date.now();
  return Math.min(Math.max(left / 2, 50), 2 ** 31 - 1);
}
