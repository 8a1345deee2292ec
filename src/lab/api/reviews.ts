import type { KeyObject } from 'node:crypto';
import { randomUUID, sign } from 'node:crypto';
import { type NewObject, type Store, timestamp } from '../store/index.ts';
import { answer } from './http/answer.ts';
import { parseBody, readObjectText } from './http/body.ts';
import type { Call } from './http/call.ts';
import { methodNotAllowed } from './http/status.ts';
import type { Target } from './path.ts';
import { found } from './verbs/read.ts';

/** Who holds the lab's token. */
const user = { username: 'portcullis-admin', groups: ['system:masters', 'system:authenticated'] };

type Review = (object: NewObject) => object;

/** Questions that are asked by creating an object. Whoever has the token may do everything. By group/version/plural. */
export const reviews: ReadonlyMap<string, { readonly kind: string; readonly status: Review }> = new Map([
  [
    'authorization.k8s.io/v1/selfsubjectaccessreviews',
    { kind: 'SelfSubjectAccessReview', status: () => ({ allowed: true }) },
  ],
  [
    'authorization.k8s.io/v1/selfsubjectrulesreviews',
    { kind: 'SelfSubjectRulesReview', status: () => ({ ...allRules, incomplete: false }) },
  ],
  [
    'authentication.k8s.io/v1/selfsubjectreviews',
    { kind: 'SelfSubjectReview', status: () => ({ userInfo: user }) },
  ],
]);

const allRules = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
};

/** Answers such a question. */
export async function review(call: Call, name: string): Promise<void> {
  if (call.method !== 'POST') throw methodNotAllowed();
  const body = await readObjectText(call);
  const asked = (body === undefined ? {} : parseBody(body)) as NewObject;
  const { kind, status } = reviews.get(name)!;
  const apiVersion = name.slice(0, name.lastIndexOf('/'));
  answer(call, 201, { ...asked, kind, apiVersion, status: status(asked) });
}

/** `kubectl create token`: a token that says whose it is, signed with the server's own key. The API itself takes only the lab's one token. */
export async function createToken(store: Store, call: Call, target: Target, key: KeyObject): Promise<void> {
  if (call.method !== 'POST') throw methodNotAllowed();
  const account = found(store, target);
  const body = await readObjectText(call);
  const asked = (body === undefined ? {} : parseBody(body)) as {
    readonly spec?: { readonly audiences?: readonly string[]; readonly expirationSeconds?: number };
  };
  const audiences = asked.spec?.audiences ?? ['https://kubernetes.default.svc.cluster.local'];
  const expirationSeconds = asked.spec?.expirationSeconds ?? 3600;
  const { name, namespace = '', uid } = account.metadata;
  const now = Math.floor(Date.now() / 1000);
  const token = signedToken(key, {
    aud: audiences,
    exp: now + expirationSeconds,
    iat: now,
    iss: 'https://kubernetes.default.svc.cluster.local',
    jti: randomUUID(),
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${name}`,
  });
  const expirationTimestamp = timestamp(new Date((now + expirationSeconds) * 1000));
  answer(call, 201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp() },
    spec: { audiences, expirationSeconds },
    status: { token, expirationTimestamp },
  });
}

function signedToken(key: KeyObject, claims: object): string {
  const elliptic = key.asymmetricKeyType === 'ec';
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: elliptic ? 'ES256' : 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(text), elliptic ? { key, dsaEncoding: 'ieee-p1363' } : key);
  return `${text}.${signature.toString('base64url')}`;
}
