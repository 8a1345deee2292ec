import { describe, expect, test } from 'vitest';
import { market, viewOf } from '../../test/support/market.ts';
import { formatMapText } from './map-text.ts';
import { plainStyle } from './style.ts';

test('a small map: the matrix, and what its marks leave open', () => {
  expect(formatMapText(viewOf(market), undefined)).toBe(
    `3 workloads in 2 namespaces and 1 range of addresses outside
10 of 12 pairs are open: 6 on every port, 1 on some ports, 1 for some requests only, 2 only on ports
  that nobody declares
4 classes: ends of one class are alike to every policy

               1 2 3 4
1 back/stock     ○ ■ ■
2 shop/orders  ✓   ■ ■
3 shop/web     · ◐   ■
4 outside      · ○ ■
■ every port   ✓ some ports   ◐ on some ports only some requests
○ only ports that nobody declares   · nothing

back/stock is reached
  by shop/orders
      TCP 9000: HTTP
shop/orders is reached
  by back/stock, outside
      TCP 15020-15021 and 15090, all UDP and SCTP ports
  by shop/web
      TCP 8081: GET on /api/* but not /api/admin*
      TCP 15020-15021 and 15090, all UDP and SCTP ports
`,
  );
});

test('one layer alone is said in the first line', () => {
  const text = formatMapText(viewOf(market, 'network'), undefined);
  expect(text).toMatch(/^3 workloads .* outside, NetworkPolicy and the admin tiers\s+alone\n/);
  expect(text).not.toContain('HTTP');
});

/** `pods` pods in each of some namespaces; those that `from` selects for a pod may reach it. */
function crowd(namespaces: number, pods: number, from: (pod: number) => string = () => '{}'): string {
  const names = Array.from({ length: namespaces }, (_, i) => `team-${i}`);
  return names
    .flatMap((namespace) =>
      Array.from(
        { length: pods },
        (_, i) => `apiVersion: v1
kind: Pod
metadata: {name: pod-${i}, namespace: ${namespace}, labels: {app: a${i}}}
spec: {containers: [{name: c, image: x, ports: [{containerPort: 80}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p${i}, namespace: ${namespace}}
spec:
  podSelector: {matchLabels: {app: a${i}}}
  ingress: [{from: [{podSelector: ${from(i)}}], ports: [{port: 80}]}]
`,
      ),
    )
    .join('---\n');
}

test('no line stands empty above columns whose numbers are shorter than those of the rows', () => {
  const view = viewOf(crowd(1, 12));
  const [few, rest] = [view.destinations.slice(0, 3), view.sources.slice(3)];
  const lines = formatMapText({ ...view, destinations: few, sources: rest }, undefined).split('\n');
  expect(lines.slice(3, 6)).toEqual([
    '',
    '                  1 2 3',
    expect.stringMatching(/^ 4 team-0\/pod-/),
  ]);
});

describe('a map that does not fit', () => {
  const view = viewOf(crowd(6, 14));

  test('namespaces stand for their workloads, and it says so', () => {
    const text = formatMapText(view, undefined);
    expect(text).toContain('84 workloads in 6 namespaces and 1 range of addresses outside');
    expect(text).toContain('1 team-0     ✓ · · · · · ■');
    expect(text).toContain('  team-0 -> team-0     182 of 182: 182 on some ports\n');
    expect(text).toContain('nothing between 36 pairs of namespaces');
    expect(text).toContain('Workloads do not fit one screen here. --in NAMESPACE shows');
  });

  test('no line is wider than the style, whatever its width', () => {
    for (const width of [60, 80, 160]) {
      const lines = formatMapText(view, undefined, { ...plainStyle, width }).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });

  test('with --in, sources without an open pair are left out, and it says so', () => {
    const inside = new Set(
      view.map.ends.filter((end) => end.kind === 'workload' && end.namespace === 'team-3'),
    );
    const text = formatMapText({ ...view, inside }, undefined);
    expect(text).toContain(' 1 team-3/pod-0   ');
    expect(text).toContain('Left out: 71 sources without an open pair.');
    expect(text).not.toContain('team-2/');
    expect(text).toMatch(/team-3\/pod-9 are reached\n {2}by all others of team-3\/\n {6}TCP 80\n/);
    expect(text).toMatch(/outside is reached\n {2}by all of team-3\/\n {6}all ports\n/);
  });
});

test('a list is cut after a screen or two, and says how many pairs are missing', () => {
  const view = viewOf(crowd(1, 40, (pod) => `{matchLabels: {app: a${(pod + 1) % 40}}}`));
  const text = formatMapText(view, undefined);
  const listed = text.match(/is reached\n/g) ?? [];
  const [, left] =
    /\nand (\d+) other pairs: --from and --to choose some, -o csv lists all of them\n/.exec(text) ?? [];
  expect(listed.length + Number(left)).toBe(40);
  expect(Number(left)).toBeGreaterThan(0);
});
