import { type ComponentEntry, type RenderedEntry, renderedEntries } from './component-object.ts';
import type { JsonValue } from './json-value.ts';
import { plainStyle, type Style } from './style.ts';

const head = ['COMPONENT', 'POLICY', 'SELECTOR', 'FROM', 'PORTS', 'EGRESS', 'FINDINGS'];

/** Istio's policies as a table: component, NAMESPACE/NAME, whom it selects, who may come to which ports, findings. Ends with a line break. */
export function formatComponentTable(entries: readonly ComponentEntry[], style: Style = plainStyle): string {
  const rendered = new Map(renderedEntries(entries).map((entry) => [entry.rendering, entry]));
  const rows = entries.flatMap((entry) => {
    const policy = rendered.get(entry.rendering);
    return policy === undefined ? [emptyRow(entry)] : policyRows(policy);
  });
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('   ')
      .trimEnd();
  return [style.strong(line(head)), ...rows.map(line)].map((text) => `${text}\n`).join('');
}

function emptyRow({ component, namespace, rendering }: ComponentEntry): readonly string[] {
  const what = rendering.kind === 'failed' ? 'fails' : 'none';
  return [component, `${namespace}/ (${what})`, '-', '-', '-', '-', codesOf(rendering)];
}

/** One row for each set of peers; that of Istio is always anybody. */
function policyRows({ component, object, rendering }: RenderedEntry): readonly (readonly string[])[] {
  const metadata = object.metadata ?? null;
  const spec = object.spec ?? null;
  const byPeers = new Map<string, string[]>();
  for (const rule of listAt(spec, 'ingress')) {
    const peers = peersOf(rule, 'from');
    byPeers.set(peers, [...(byPeers.get(peers) ?? []), ...portsOf(rule)]);
  }
  const egress = listAt(spec, 'egress').length === 0 ? 'nobody' : egressOf(listAt(spec, 'egress'));
  const rows = [...byPeers].map(([peers, ports]) => [peers, portWords(ports)] as const);
  return (rows.length === 0 ? [['nobody', '-'] as const] : rows).map(([peers, ports], i) =>
    i === 0
      ? [
          component,
          `${cell(memberOf(metadata, 'namespace'))}/${cell(memberOf(metadata, 'name'))}`,
          selectorOf(memberOf(memberOf(spec, 'podSelector'), 'matchLabels')),
          peers,
          ports,
          egress,
          codesOf(rendering),
        ]
      : ['', '', '', peers, ports],
  );
}

/** `app=istiod,istio.io/rev=default`; without labels it selects every pod of the namespace. */
function selectorOf(labels: JsonValue): string {
  const pairs = Object.entries(mapOf(labels)).map(([key, value]) => `${key}=${cell(value)}`);
  return pairs.length === 0 ? 'every pod' : pairs.join(',');
}

function egressOf(rules: readonly JsonValue[]): string {
  const words = rules.map((rule) => {
    const peers = peersOf(rule, 'to');
    const ports = portWords(portsOf(rule));
    return ports === 'every port' ? peers : `${peers}: ${ports}`;
  });
  return [...new Set(words)].join('; ');
}

/** No `from` and an empty one both mean anybody. */
function peersOf(rule: JsonValue, field: 'from' | 'to'): string {
  const peers = listAt(rule, field);
  return peers.length === 0 ? 'anybody' : peers.map((peer) => JSON.stringify(peer)).join(', ');
}

function portsOf(rule: JsonValue): readonly string[] {
  const ports = listAt(rule, 'ports');
  if (ports.length === 0) return ['every port'];
  return ports.map((each) => {
    const port = memberOf(each, 'port');
    return `${cell(memberOf(each, 'protocol'))} ${port === null ? 'every port' : cell(port)}`;
  });
}

/** Each port once, the protocol once for those that share it: `TCP 15021, 80, UDP 53`. */
function portWords(ports: readonly string[]): string {
  let before = '';
  return [...new Set(ports)]
    .map((text) => {
      const protocol = text.slice(0, text.indexOf(' '));
      const isSame = protocol === before;
      before = protocol;
      return isSame ? text.slice(protocol.length + 1) : text;
    })
    .join(', ');
}

function codesOf({ findings }: ComponentEntry['rendering']): string {
  const codes = findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
  return [...new Set(codes)].join(',') || '-';
}

function listAt(value: JsonValue, key: string): readonly JsonValue[] {
  const member = memberOf(value, key);
  return Array.isArray(member) ? member : [];
}

function memberOf(value: JsonValue, key: string): JsonValue {
  return mapOf(value)[key] ?? null;
}

function mapOf(value: JsonValue): { readonly [key: string]: JsonValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: JsonValue })
    : {};
}

function cell(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? 'null' : JSON.stringify(value);
}
