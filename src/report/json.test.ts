import fc from 'fast-check';
import { expect, test } from 'vitest';
import { denied, source, unknown } from '../../test/support/report-example.ts';
import type { Request } from '../model/index.ts';
import { verdictToJson } from './json.ts';
import { formatJson } from './json-value.ts';

const request: Request = {
  source: { kind: 'address', address: '203.0.113.7' },
  destination: { kind: 'pod', namespace: 'shop', name: 'db' },
  port: 5432,
  protocol: 'TCP',
  complete: true,
};

test('a denial as JSON', () => {
  const diagnostics = [
    { code: 'PC2003', severity: 'error', message: 'no such field', span: { source, start: 0, end: 10 } },
  ] as const;
  const value = JSON.parse(
    formatJson(verdictToJson({ request, verdict: denied, notes: ['n'], diagnostics })),
  );
  const { steps, ...others } = value;
  expect(steps.map((step: { decides: boolean }) => step.decides)).toEqual([false, true, false]);
  expect(steps[1]).toEqual(others.decidedBy);
  expect(steps[2]).toMatchObject({ filter: 'ALLOW', afterDecision: true });
  expect(others).toMatchInlineSnapshot(`
    {
      "apiVersion": "portcullis.dev/v1alpha1",
      "assumed": [
        "shop/db has an address of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
      ],
      "decidedBy": {
        "at": {
          "kind": "node",
          "pod": "shop/db",
        },
        "because": {
          "kind": "isolated, nothing matched",
          "nearMisses": [
            {
              "failed": [
                {
                  "got": ""back"",
                  "path": "spec.ingress[0].from[0].podSelector.matchLabels.app",
                  "span": {
                    "column": 15,
                    "endColumn": 25,
                    "endLine": 12,
                    "line": 12,
                    "source": "policies.yaml",
                  },
                  "wanted": ""front"",
                },
              ],
              "path": "spec.ingress[0]",
              "policy": {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "name": "allow-front",
                "namespace": "shop",
                "span": {
                  "column": 3,
                  "endColumn": 20,
                  "endLine": 4,
                  "line": 4,
                  "source": "policies.yaml",
                },
              },
              "span": {
                "column": 7,
                "endColumn": 25,
                "endLine": 12,
                "line": 9,
                "source": "policies.yaml",
              },
            },
          ],
          "policies": [
            {
              "apiVersion": "networking.k8s.io/v1",
              "kind": "NetworkPolicy",
              "name": "allow-front",
              "namespace": "shop",
              "span": {
                "column": 3,
                "endColumn": 20,
                "endLine": 4,
                "line": 4,
                "source": "policies.yaml",
              },
            },
          ],
        },
        "decides": true,
        "layer": "ingress policy",
        "outcome": "deny",
        "text": "isolated by NetworkPolicy shop/allow-front; no rule matches",
      },
      "diagnostics": [
        {
          "code": "PC2003",
          "message": "no such field",
          "severity": "error",
          "span": {
            "column": 1,
            "endColumn": 11,
            "endLine": 1,
            "line": 1,
            "source": "policies.yaml",
          },
        },
      ],
      "kind": "Verdict",
      "missing": [],
      "notes": [
        "n",
      ],
      "outcome": "deny",
      "request": {
        "complete": true,
        "destination": {
          "kind": "pod",
          "name": "db",
          "namespace": "shop",
        },
        "port": 5432,
        "protocol": "TCP",
        "source": {
          "address": "203.0.113.7",
          "kind": "address",
        },
      },
      "symptom": {
        "kind": "connect timeout",
        "text": "connect timeout",
      },
    }
  `);
});

test('an unknown outcome carries what is missing as data and in words', () => {
  const value = JSON.parse(
    formatJson(verdictToJson({ request, verdict: unknown, notes: [], diagnostics: [] })),
  );
  expect(value.symptom).toBeNull();
  expect(value.missing[0]).toEqual({
    kind: 'namespace label',
    namespace: 'other',
    key: 'team',
    patterns: [{ form: 'exact', text: 'blue' }],
    text: 'the label team of namespace other',
    help: 'give the Namespace object, or --assume Namespace/other:team=blue',
  });
});

test('header names and claims of any name survive', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (headers) => {
      const http = { headers };
      const value = verdictToJson({
        request: { ...request, http },
        verdict: denied,
        notes: [],
        diagnostics: [],
      });
      expect(JSON.parse(formatJson(value)).request.http.headers).toEqual(JSON.parse(JSON.stringify(headers)));
    }),
  );
});
