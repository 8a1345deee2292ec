/** A SPIFFE identity of Istio's form, without `spiffe://`: `TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT`. */
export interface Identity {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** `cluster.local/ns/foo/sa/bar`, as `principals` are written. */
export function formatIdentity(identity: Identity): string {
  return `${identity.trustDomain}/ns/${identity.namespace}/sa/${identity.serviceAccount}`;
}

/** Reads `TD/ns/NS/sa/SA`; undefined for any other text. */
export function parseIdentity(text: string): Identity | undefined {
  const parts = text.split('/');
  if (parts.length !== 5 || parts[1] !== 'ns' || parts[3] !== 'sa') return undefined;
  return { trustDomain: parts[0]!, namespace: parts[2]!, serviceAccount: parts[4]! };
}
