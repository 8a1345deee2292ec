import type { Evidence, Said } from './types.ts';

/** Something that the user says and the lines state otherwise: flags are about what the lines leave open. */
export interface Overruled {
  readonly what: 'method' | 'path' | 'port' | 'protocol' | 'principal';
  readonly said: string;
  /** Of several the first. */
  readonly stated: string;
}

/** What of the user's words lines overrule. `requests` are those that they state: `GET /x`. */
export function overruledBy(
  { port, protocol, source }: Evidence,
  requests: readonly string[],
  { request = {} }: Said,
): readonly Overruled[] {
  const lines = requests.map((text) => /^([A-Z]+)? ?(\S.*)?$/.exec(text) ?? []);
  const found = [
    differing(
      'method',
      request.http?.method,
      lines.map(([, method]) => method),
    ),
    differing(
      'path',
      request.http?.path,
      lines.map(([, , path]) => path),
    ),
    differing('port', request.port, [port]),
    differing('protocol', request.protocol, [protocol]),
    differing('principal', request.principal, [source.principal?.replace(/^spiffe:\/\//, '')]),
  ];
  return found.filter((each) => each !== undefined);
}

function differing(
  what: Overruled['what'],
  said: string | number | null | undefined,
  stated: readonly (string | number | undefined)[],
): Overruled | undefined {
  if (said === undefined) return undefined;
  const other = stated.find((each) => each !== undefined && each !== said);
  return other === undefined ? undefined : { what, said: String(said ?? 'none'), stated: String(other) };
}
