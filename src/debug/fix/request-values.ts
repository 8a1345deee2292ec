import { type NotSaid, notSaid, parseIdentity } from '../../model/index.ts';
import { addressesOf, type Denial } from './denial.ts';

/** What fields of a rule ask, and what the request has there, as a policy would write it. */
export type LookUp = (field: string) => string | undefined;

/** Fields of sources and operations, and keys of `when`, to the value that would match just this request; undefined where it has none that can be written. */
export function valuesOf({ leg, proxied, step }: Denial): LookUp {
  const identity = leg?.identity;
  const parsed = identity === undefined ? undefined : parseIdentity(identity);
  const [from, to] = leg === undefined ? [undefined, undefined] : addressesOf(leg);
  const account = parsed && `${parsed.namespace}/${parsed.serviceAccount}`;
  const port = leg === undefined ? undefined : `${leg.port}`;
  const isHttp = step.at.kind !== 'ztunnel' && proxied !== undefined;
  const values: Record<string, string | undefined> = {
    principals: identity,
    'source.principal': identity,
    namespaces: parsed?.namespace,
    'source.namespace': parsed?.namespace,
    serviceAccounts: account,
    'source.serviceAccount': account,
    trustDomains: parsed?.trustDomain,
    'source.trustDomain': parsed?.trustDomain,
    ipBlocks: from,
    'source.ip': from,
    'destination.ip': to,
    ports: port,
    'destination.port': port,
    ...(isHttp
      ? {
          methods: said(proxied.method),
          paths: said(proxied.path)?.replace(/[?#].*$/s, ''),
          hosts: said(proxied.authority),
          remoteIpBlocks: said(proxied.remoteAddress),
          'remote.ip': said(proxied.remoteAddress),
        }
      : {}),
  };
  return (field) => {
    const header = /^request\.headers\[(.+)\]$/.exec(field)?.[1];
    const value = header === undefined ? values[field] : headerOf(header.toLowerCase());
    return value === undefined || !isSayable(value) ? undefined : value;
  };

  function headerOf(name: string): string | undefined {
    const all = isHttp ? proxied.headers.get(name) : undefined;
    return all?.length === 1 ? all[0] : undefined;
  }
}

function said(value: string | undefined | NotSaid): string | undefined {
  return value === notSaid ? undefined : value;
}

/** Stars and braces at the wrong place are patterns: no policy can name such a text alone. */
function isSayable(value: string): boolean {
  return value !== '' && !value.startsWith('*') && !value.endsWith('*') && !/[{}]/.test(value);
}
