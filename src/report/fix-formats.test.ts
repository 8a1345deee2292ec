import { describe, expect, it } from 'vitest';
import { buildCluster } from '../cluster/index.ts';
import {
  type FixInput,
  type FixPlan,
  type FixSearch,
  type FixSource,
  findFixes,
  planFixes,
} from '../debug/fix/index.ts';
import { readManifests } from '../manifest/index.ts';
import type { Request } from '../model/index.ts';
import { fixesToJson } from './fix-json.ts';
import { formatFixMarkdown } from './fix-markdown.ts';
import { formatFixText } from './fix-text.ts';

const pods = ['web', 'db', 'cache']
  .map(
    (name) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${name}, tier: ${name === 'web' ? 'front' : 'back'}}}
spec: {containers: [{name: c, image: i}]}
`,
  )
  .join('---\n');
const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: back, namespace: shop}
spec:
  podSelector: {matchLabels: {tier: back}}
  ingress:
    - from:
        - podSelector: {matchLabels: {app: cache}}
      ports:
        - port: 5432
        - port: 6379
`;
const request: Request = {
  source: { kind: 'pod', namespace: 'shop', name: 'web' },
  destination: { kind: 'pod', namespace: 'shop', name: 'db' },
  port: 5432,
  protocol: 'TCP',
  complete: true,
};

const read: FixInput['read'] = (sources) => {
  const manifests = readManifests(sources);
  return { manifests, cluster: buildCluster(manifests) };
};

function sourcesOf(editable: boolean): readonly FixSource[] {
  return [
    { name: 'pods.yaml', text: pods },
    { name: 'k8s/policy.yaml', text: policy, editable },
  ];
}

function search(asked: Request = request, editable = true): FixSearch {
  return findFixes({ sources: sourcesOf(editable), read, request: asked });
}

/** Fixes for a request, then for one to another pod, then for the first one again. */
function planned(): FixPlan {
  const other: Request = { ...request, destination: { kind: 'pod', namespace: 'shop', name: 'cache' } };
  return planFixes({ sources: sourcesOf(true), read, requests: [request, other, request] });
}

describe('fixes as text', () => {
  it('shows the best as a patch, and the others in a line each, with what they open', () => {
    expect(
      formatFixText(search()),
    ).toBe(`Fix 1 of 3: new NetworkPolicy shop/allow-web-to-db beside NetworkPolicy shop/back
  verified: the request gets through; it allows nothing else to any of the workloads given
    + between the two: TCP 5432
diff --git a/k8s/policy.yaml b/k8s/policy.yaml
--- a/k8s/policy.yaml
+++ b/k8s/policy.yaml
@@ -9,3 +9,23 @@
       ports:
         - port: 5432
         - port: 6379
+---
+apiVersion: networking.k8s.io/v1
+kind: NetworkPolicy
+metadata:
+  name: allow-web-to-db
+  namespace: shop
+spec:
+  podSelector:
+    matchLabels:
+      app: db
+  policyTypes:
+    - Ingress
+  ingress:
+    - from:
+        - podSelector:
+            matchLabels:
+              app: web
+      ports:
+        - protocol: TCP
+          port: 5432

Other fixes:
  2  add a rule to spec.ingress of NetworkPolicy shop/back: also allows 1 other pair
  3  add pods app=web to spec.ingress[0].from of NetworkPolicy shop/back: also allows 1 other pair
     and 1 further port between the two
`);
  });

  it('lists what else is allowed', () => {
    const text = formatFixText(search(), { patches: 2 });
    expect(text).toContain(
      'it also allows 1 other pair of the workloads given\n    + between the two: TCP 5432\n    + shop/web -> shop/cache: TCP 5432\n',
    );
  });

  it('says where nothing can be written', () => {
    expect(formatFixText(search(request, false))).toContain('this text is rendered, or no file');
  });

  it('says why there is none', () => {
    const asked = {
      ...request,
      source: request.destination as Request['source'],
      destination: request.source as Request['destination'],
    };
    expect(formatFixText(search(asked))).toBe('Nothing to fix: it is allowed\n');
    expect(formatFixMarkdown(search(asked))).toBe('No fix: it is allowed.\n');
    expect(fixesToJson(search(asked))).toEqual({
      fixes: [],
      why: { kind: 'already allowed', text: 'it is allowed' },
      advice: [],
    });
  });
});

it('fixes that build on others say so, in every format', () => {
  const [, on] = planned().fixes.map((each) => each.search);
  expect(formatFixText(on!)).toMatch(/^Fix 1 of 3, on top of the fix above: /);
  expect(formatFixMarkdown(on!)).toMatch(/^\*\*Fix, on top of the fix above:\*\* /);
  expect(fixesToJson(on!)).toMatchObject({ taken: 1, builtOn: 1 });
  const [first, , again] = planned().fixes.map((each) => each.search);
  expect(formatFixText(again!)).toBe('Nothing to fix: on top of the fixes above, it is allowed\n');
  expect(formatFixMarkdown(again!)).toBe('No fix: on top of the fixes above, it is allowed.\n');
  expect(formatFixText(first!)).toMatch(/^Fix 1 of 3: /);
});

it('fixes as Markdown have the patch as a block', () => {
  const page = formatFixMarkdown(search());
  expect(page).toContain(
    '**Fix:** new NetworkPolicy shop/allow-web-to-db beside NetworkPolicy shop/back; it allows nothing else to any of the workloads given.\n\n```diff\ndiff --git',
  );
  expect(page).toContain(
    '2. add a rule to spec.ingress of NetworkPolicy shop/back: also allows 1 other pair\n',
  );
});

it('fixes as JSON have everything that else is allowed', () => {
  const { fixes } = fixesToJson(search()) as { fixes: Record<string, unknown>[] };
  expect(fixes[1]).toMatchObject({
    text: 'add a rule to spec.ingress of NetworkPolicy shop/back',
    verified: true,
    editable: true,
    actions: [{ kind: 'add rule', path: ['spec', 'ingress'] }],
    widening: { pairs: 1, ports: 0, http: 0, edits: 1 },
    newlyAllowed: [{ pairs: 1, text: 'shop/web -> shop/cache: TCP 5432' }],
    newlyDenied: [],
    files: [{ name: 'k8s/policy.yaml', isNew: false, editable: true }],
  });
});
