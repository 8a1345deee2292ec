import { describe, expect, test } from 'vitest';
import { market, viewOf } from '../../test/support/market.ts';
import { formatMapCsv, formatRecord } from './map-csv.ts';
import { formatMapDot } from './map-dot.ts';
import { formatMapJson } from './map-json.ts';
import { formatMapMarkdown } from './map-markdown.ts';
import { formatMapMermaid } from './map-mermaid.ts';
import { markdownCode, markdownRow } from './markdown.ts';

const view = viewOf(market);
const toOrders = {
  ...view,
  sources: view.map.ends.filter(({ label }) => label === 'shop/Deployment/web'),
  destinations: view.map.ends.filter(({ label }) => label === 'shop/Deployment/orders'),
};

const join = (pieces: Iterable<string>): string => [...pieces].join('');

describe('JSON', () => {
  const document = JSON.parse(join(formatMapJson(view, undefined)));

  test('ends and pairs, in order', () => {
    expect(document).toMatchObject({
      apiVersion: 'portcullis.dev/v1alpha1',
      kind: 'Map',
      layer: 'all',
      classes: 4,
    });
    expect(document.ends.map(({ label }: { label: string }) => label)).toEqual([
      'back/Deployment/stock',
      'shop/Deployment/orders',
      'shop/Deployment/web',
      'outside',
    ]);
    expect(document.pairs).toHaveLength(10);
    expect(document.pairs[0]).toEqual({
      source: 'shop/Deployment/orders',
      destination: 'back/Deployment/stock',
      passages: [{ protocol: 'TCP', ports: [[9000, 9000]], bytes: 'deny', http: { outcome: 'allow' } }],
    });
  });

  test('the requests that pass, as words and as clauses', () => {
    const [pair] = JSON.parse(join(formatMapJson(toOrders, undefined))).pairs;
    expect(pair.passages[0].http).toEqual({
      outcome: 'depends',
      passing: {
        text: 'GET on /api/* but not /api/admin*',
        clauses: [
          {
            fields: [
              { field: 'method', negated: false, values: ['GET'] },
              { field: 'path', negated: false, values: ['/api/*'] },
              { field: 'path', negated: true, values: ['/api/admin*'] },
            ],
            except: [],
          },
        ],
      },
    });
  });

  test('an empty part of a map is a valid document', () => {
    const nothing = { ...toOrders, destinations: [] };
    expect(JSON.parse(join(formatMapJson(nothing, undefined)))).toMatchObject({ pairs: [] });
  });
});

test('CSV: a line for each pair and set of ports, ended as RFC 4180 wants it', () => {
  expect(join(formatMapCsv(toOrders)).split('\r\n')).toEqual([
    'source,destination,protocol,ports,bytes,http,passing,unknown',
    'shop/Deployment/web,shop/Deployment/orders,TCP,8081,deny,depends,GET on /api/* but not /api/admin*,',
    'shop/Deployment/web,shop/Deployment/orders,TCP,15020-15021 15090,allow,allow,,',
    'shop/Deployment/web,shop/Deployment/orders,UDP,1-65535,allow,,,',
    'shop/Deployment/web,shop/Deployment/orders,SCTP,1-65535,allow,,,',
    '',
  ]);
});

test('CSV fields are quoted where they must be', () => {
  expect(formatRecord(['a', 'b,c', 'd"e', 'f\ng'])).toBe('a,"b,c","d""e","f\ng"\r\n');
});

test('Markdown: a table, its texts safe from Markdown', () => {
  expect(join(formatMapMarkdown(toOrders))).toBe(`1 of 1 pair is open: 1 for some requests only.

| From | To | Ports | Requests |
| --- | --- | --- | --- |
| \`shop/Deployment/web\` | \`shop/Deployment/orders\` | TCP 8081 | \`GET on /api/* but not /api/admin*\` |
| \`shop/Deployment/web\` | \`shop/Deployment/orders\` | TCP 15020-15021 and 15090, all UDP and SCTP ports | all |
`);
  expect(markdownRow([markdownCode('a|b`c')])).toBe('| `` a\\|b`c `` |\n');
});

const odd = market.replace('/api/admin*', 'a\\"b\\\\c#d<e>').replace('notPaths', 'hosts');

test('DOT: workloads in their namespaces, quotes and backslashes escaped', () => {
  const text = formatMapDot(viewOf(odd));
  expect(text).toContain('  subgraph cluster_2 {\n    label="shop";\n    n2 [label="orders"];\n');
  expect(text).toContain(
    String.raw`n3 -> n2 [label="TCP 8081: GET on /api/* for host a\"b\\c#d<e>\nTCP 15020`,
  );
  expect(text).toMatch(/^\/\/ Not drawn: 2 pairs open only on ports that nobody declares/);
});

test('Mermaid: the same, with entities for what it would read', () => {
  const text = formatMapMermaid(viewOf(odd));
  expect(text).toContain('flowchart LR\n  %% Not drawn: 2 pairs');
  expect(text).toContain('  subgraph s2["shop"]\n    n2["orders"]\n');
  expect(text).toContain(
    'n3 -->|"TCP 8081: GET on /api/#42; for host a#34;b#92;c#35;d#60;e#62;<br/>TCP 15020',
  );
});

test('too many arrows are drawn between namespaces, and a comment says so', () => {
  const pods = Array.from(
    { length: 16 },
    (_, i) => `apiVersion: v1
kind: Pod
metadata: {name: p${i}, namespace: n${i % 2}}
spec: {containers: []}
`,
  );
  const crowd = viewOf(pods.join('---\n'));
  expect(formatMapDot(crowd)).toMatch(
    /^\/\/ 272 pairs of workloads are too many to draw, so this shows namespaces/,
  );
  expect(formatMapMermaid(crowd)).toContain('  n1 -->|"64 of 64 pairs"| n2\n');
});
