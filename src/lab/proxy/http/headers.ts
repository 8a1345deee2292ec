import type { HttpRequest } from '../../../model/index.ts';

/** Headers as they were sent: in order, repeated ones one by one, names in lower case as Envoy passes them on. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Reads Node's raw headers: names and values by turns. Pseudo headers (`:path`) are left out. */
export function headerList(raw: readonly string[]): HeaderList {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    if (!name.startsWith(':')) list.push([name, raw[i + 1]!]);
  }
  return list;
}

export function firstValue(headers: HeaderList, name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}

/** The list without these names. */
export function without(headers: HeaderList, ...names: readonly string[]): HeaderList {
  return headers.filter(([name]) => !names.includes(name));
}

/** As the engine reads them, and Node's HTTP/2: all values of a name together. */
export function asRecord(headers: HeaderList): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of headers) {
    const before = record[name];
    record[name] = before === undefined ? value : [...[before].flat(), value];
  }
  return record;
}

/** The headers of a request as the engine takes them. */
export function asRequestHeaders(headers: HeaderList): NonNullable<HttpRequest['headers']> {
  return asRecord(headers);
}

const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** The headers that are not for the next hop alone. */
export function endToEnd(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !hopByHop.has(name));
}
