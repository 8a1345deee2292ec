import { describe, expect, it } from 'vitest';
import { lintText } from '../../../test/support/lint-text.ts';
import { namespace, pod } from '../../../test/support/text-cluster.ts';
import type { Finding, TextEdit } from '../types.ts';

const pods = [
  '',
  namespace('shop'),
  pod('shop/db'),
  namespace('away', { team: 'a' }),
  pod('away/client'),
  pod('away/other'),
  '',
].join('\n---\n');
const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from:
        - namespaceSelector:
            matchLabels: {team: a}
        -   podSelector:
              matchLabels: {app: client}
        - ipBlock: {cidr: 203.0.113.0/24}
`;

function apply(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce(
      (changed, { span, text: put }) => changed.slice(0, span.start) + put + changed.slice(span.end),
      text,
    );
}

const find = (text: string): readonly Finding[] => lintText(text, ['PC3016', 'PC3003']);

it('joins the two peers when its fix is applied, and leaves the third alone', () => {
  const text =
    pods + policy.replace('-   podSelector:\n              match', '- podSelector:\n            match');
  const [finding, ...others] = find(text);
  expect(others).toEqual([]);
  const mended = apply(text, finding!.fix!.edits);
  expect(mended).toContain('            matchLabels: {team: a}\n          podSelector:\n');
  expect(find(mended)).toEqual([]);
});

it('mends nothing where the columns would not fit', () => {
  const text = pods + policy;
  const [finding] = find(text);
  expect(finding?.code).toBe('PC3016');
  expect(finding?.fix).toBeUndefined();
});

it('is silent where the peers are not neighbours, or the first has a podSelector of its own', () => {
  const apart = policy
    .replace('        - ipBlock: {cidr: 203.0.113.0/24}\n', '')
    .replace('        -   podSelector', '        - ipBlock: {cidr: 203.0.113.0/24}\n        -   podSelector');
  expect(find(pods + apart).map(({ code }) => code)).toEqual(['PC3003']);
  const both = policy.replace('{team: a}\n', '{team: a}\n          podSelector: {}\n');
  expect(find(pods + both).map(({ code }) => code)).toEqual(['PC3003']);
});

describe('of what may be meant as it is, it is a remark', () => {
  const rule = (from: string, direction = 'ingress: [{from'): string =>
    made('shop', `podSelector: {matchLabels: {app: db}}, ${direction}: [${from}]}]`);
  const made = (at: string, spec: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: ${at}}\nspec: {${spec}}\n`;
  const operations = 'namespaceSelector: {matchLabels: {team: operations}}';
  const monitoring = 'podSelector: {matchLabels: {type: monitoring}}';
  const peers = `{${operations}}, {${monitoring}}`;
  const prometheus = pod('ops/prometheus', { labels: { type: 'monitoring' } });
  const cluster = (...more: readonly string[]): string =>
    ['', namespace('shop'), pod('shop/db'), namespace('ops', { team: 'operations' }), ...more, ''].join(
      '\n---\n',
    );
  const tell = (text: string): readonly Finding[] => lintText(text, ['PC3016']);

  it('with the rule in words, where the only pod there has the label', () => {
    const [finding, ...others] = tell(cluster(prometheus) + rule(peers));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: 'info', path: ['spec', 'ingress', 0, 'from', 1] });
    expect(finding?.proof).toEqual({
      kind: 'never decides',
      reason:
        'no pod here is known that gets in by this and would not with both selectors in one peer; as written the rule lets in every pod of namespaces with team=operations, without type=monitoring too, and every pod of namespace shop with type=monitoring',
    });
  });

  it('with a witness, where pods of both kinds are here', () => {
    const both = cluster(prometheus, pod('ops/other'), pod('shop/agent', { labels: { type: 'monitoring' } }));
    for (const text of [peers, `{${monitoring}}, {${operations}}`]) {
      const [finding] = tell(both + rule(text));
      expect(finding?.severity).toBe('info');
      expect(finding?.fix).toBeUndefined();
      expect(witnesses(finding)).toEqual([
        ['ops/other', 'allow', 'a pod without type=monitoring'],
        ['ops/other', 'deny', undefined],
      ]);
    }
  });

  it("with a pod of the policy's own namespace, where that is the only one the dash lets in", () => {
    const here = cluster(prometheus, pod('shop/agent', { labels: { type: 'monitoring' } }));
    expect(witnesses(tell(here + rule(peers))[0])[0]).toEqual([
      'shop/agent',
      'allow',
      'a pod of namespace shop',
    ]);
  });

  it("where the namespaceSelector selects the policy's own namespace", () => {
    const own = cluster(prometheus, pod('shop/front')).replace(
      '{name: shop}',
      '{name: shop, labels: {x: y}}',
    );
    const [finding] = tell(own + rule(`{namespaceSelector: {}}, {${monitoring}}`));
    expect(finding?.severity).toBe('warning');
    const all = cluster(prometheus) + rule(`{namespaceSelector: {}}, {${monitoring}}`);
    const alone = all.replace(
      'podSelector: {matchLabels: {app: db}}',
      'podSelector: {matchLabels: {app: none}}',
    );
    expect(tell(alone)[0]?.proof).toMatchObject({
      reason: expect.stringMatching(/every pod of all namespaces, without type=monitoring too$/),
    });
  });

  it('of egress, and where there are no pods at all', () => {
    const [finding] = tell(`---\n${rule(peers, 'policyTypes: [Egress], egress: [{to')}`);
    expect(finding).toMatchObject({ severity: 'info', path: ['spec', 'egress', 0, 'to', 1] });
    expect(finding?.proof).toMatchObject({
      reason: expect.stringContaining('lets traffic out to every pod'),
    });
  });

  it('once for a peer between two others', () => {
    const text = cluster(pod('ops/other')) + rule(`${peers}, {${operations}}`);
    expect(tell(text).map(({ severity, path }) => [severity, path.at(-1)])).toEqual([['info', 1]]);
  });

  it('and nothing where the podSelector selects all, or the peers stand in rules of their own', () => {
    const text = cluster(prometheus, pod('ops/other'));
    expect(tell(text + rule(`{${operations}}, {podSelector: {}}`))).toEqual([]);
    expect(tell(text + rule(`{${operations}}]}, {from: [{${monitoring}}`))).toEqual([]);
    expect(tell(text + rule(`{${operations}, ${monitoring}}`))).toEqual([]);
  });
});

function witnesses(finding: Finding | undefined): readonly (readonly unknown[])[] {
  if (finding?.proof.kind !== 'witness') return [];
  return finding.proof.witnesses.map(({ request: { source }, outcome, shows }) => [
    source.kind === 'pod' ? `${source.namespace}/${source.name}` : source,
    outcome,
    shows,
  ]);
}
