import type { Location, Server } from './types.ts';

/** The server for a connection's local address and a Host (without port). Source: nginx, "Server names": exact, `*.` before, `.*` behind, expressions in their order, the default server. */
export function chooseServer(
  servers: readonly Server[],
  address: string,
  port: number,
  host: string,
): Server | undefined {
  const listening = (wanted: string): readonly Server[] =>
    servers.filter(({ listens }) => listens.some((each) => each.address === wanted && each.port === port));
  const exact = listening(address);
  const among = exact.length > 0 ? exact : listening('0.0.0.0');
  const isDefault = ({ listens }: Server): boolean =>
    listens.some((each) => each.port === port && each.isDefault);
  const fitting = (fits: (name: string) => boolean): Server | undefined =>
    among.find(({ names }) => names.some(fits));
  const longest = (names: readonly string[]): string | undefined =>
    names.toSorted((a, b) => b.length - a.length)[0];
  const all = among.flatMap(({ names }) => names);
  const before = longest(all.filter((name) => /^\*?\./.test(name) && endsWith(host, name)));
  const behind = longest(all.filter((name) => name.endsWith('.*') && host.startsWith(name.slice(0, -1))));
  return (
    fitting((name) => name === host) ??
    (before === undefined ? undefined : fitting((name) => name === before)) ??
    (behind === undefined ? undefined : fitting((name) => name === behind)) ??
    fitting((name) => name.startsWith('~') && new RegExp(name.slice(1), 'iu').test(host)) ??
    among.find(isDefault) ??
    among[0]
  );
}

/** `*.example.com` takes names below it, `.example.com` that one, too. */
function endsWith(host: string, name: string): boolean {
  const suffix = name.replace(/^\*/, '');
  return (host.endsWith(suffix) && host !== suffix) || (name.startsWith('.') && host === name.slice(1));
}

/** The location for a path, and what its expression captured. Source: ngx_http_core_find_location. */
export function chooseLocation(
  { locations }: Server,
  uri: string,
): { readonly location: Location; readonly captures: readonly (string | undefined)[] } | undefined {
  const exact = locations.find(({ kind, pattern }) => kind === 'exact' && pattern === uri);
  if (exact !== undefined) return { location: exact, captures: [] };
  const [prefix] = locations
    .filter(({ kind, pattern }) => kind.startsWith('prefix') && uri.startsWith(pattern))
    .sort((a, b) => b.pattern.length - a.pattern.length);
  if (prefix?.kind !== 'prefix before expressions') {
    for (const location of locations) {
      const captures = location.expression?.exec(uri);
      if (captures) return { location, captures: [...captures] };
    }
  }
  return prefix === undefined ? undefined : { location: prefix, captures: [] };
}

/** The path as locations see it: percent-decoded, `.` and `..` followed, slashes merged. undefined for one that nginx answers with 400. */
export function normalPath(path: string): string | undefined {
  if (!path.startsWith('/') || /%(?![0-9a-f]{2})|%00/i.test(path)) return undefined;
  const decoded = Buffer.from(
    path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();
  const parts: string[] = [];
  const segments = decoded.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else if (segment !== '' && segment !== '.') parts.push(segment);
  }
  const open = ['', '.', '..'].includes(segments.at(-1)!);
  return parts.length === 0 ? '/' : `/${parts.join('/')}${open ? '/' : ''}`;
}
