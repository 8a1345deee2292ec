/** Istio's objects as a suite writes them: `NAMESPACE/NAME` and a spec. */
const groups = {
  AuthorizationPolicy: 'security.istio.io/v1',
  PeerAuthentication: 'security.istio.io/v1',
  RequestAuthentication: 'security.istio.io/v1',
  DestinationRule: 'networking.istio.io/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
} as const;

export function object(
  kind: keyof typeof groups,
  at: string,
  spec: object,
  annotations: Readonly<Record<string, string>> = {},
): object {
  const [namespace, name] = at.split('/');
  return { apiVersion: groups[kind], kind, metadata: { namespace, name, annotations }, spec };
}

/** A PeerAuthentication of a namespace. */
export function mode(namespace: string, value: string): object {
  return object('PeerAuthentication', `${namespace}/default`, { mtls: { mode: value } });
}

/** What the test application says that it got. */
export interface Seen {
  readonly at: string;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly from: string;
}

/** The answer of `curl -i`. */
export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export function readAnswer(text: string): Answer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return {
    status: Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1]),
    head: head.toLowerCase(),
    body: rest.join('\r\n\r\n'),
  };
}
