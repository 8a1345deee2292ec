import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { buildCluster } from '../cluster/index.ts';
import { baselineOf, type LintReport, lint, lintCodes, reportOf } from '../lint/index.ts';
import { readManifests } from '../manifest/index.ts';
import {
  formatLintGithub,
  formatLintMarkdown,
  formatLintText,
  type LintSetting,
  lintToJson,
  lintToSarif,
} from './index.ts';

const text = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: c, image: x, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: web}
  ingress:
    - from:
        - ipBlock: {cidr: 203.0.113.0/24}
        # portcullis: ignore PC3003 the portal comes next month
        - podSelector: {matchLabels: {app: portal}}
      ports:
        - port: 80
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop}
spec:
  containers: [{name: c, image: x}]
`;

/** The report of a text, read as if it were this file. */
function reportText(yaml: string, name = 'deploy/all files/web.yaml', known?: LintReport): LintReport {
  const manifests = readManifests([{ name, text: yaml }]);
  const findings = lint(buildCluster(manifests), { objects: manifests.objects });
  return reportOf({
    findings,
    diagnostics: manifests.diagnostics,
    objects: manifests.objects,
    codes: lintCodes,
    ran: (code) => code !== 'PC3034',
    ...(known !== undefined && { baseline: baselineOf(known.entries) }),
  });
}

const setting: LintSetting = {
  inputWords: ['-f', 'deploy/all files'],
  pages: new Map([['PC3009', "# PC3009: ports has the Service's port, not the pod's\n\nMore.\n"]]),
  version: '1.2.3',
};
const only = (report: LintReport, code: string): LintReport => ({
  ...report,
  entries: report.entries.filter((entry) => entry.code === code),
});
const report = only(reportText(text), 'PC3009');

it('text: as a compiler prints it, with the witness and its command', () => {
  expect(formatLintText(report, setting)).toMatchInlineSnapshot(`
    "error[PC3009]: NetworkPolicy shop/web: spec.ingress[0].ports[0].port is 80, the port of Service shop/web; its pods listen on 8080
      --> deploy/all files/web.yaml:30:11
       |
    30 |         - port: 80
       |           ^^^^^^^^
      port 80 leads to 8080: deploy/all files/web.yaml:16:11
      witness: 203.0.113.1 -> shop/svc/web  TCP 80: deny
        portcullis check -f 'deploy/all files' 203.0.113.1 tcp://web.shop:80
      witness: 203.0.113.1 -> shop/svc/web  TCP 80: allow (with port 8080)
      fix: Write 8080, the port that the pods listen on.
      help: Policies see a packet when the Service has been resolved: write 8080.

    1 error; 1 ignored by comments
    "
  `);
});

it('JSON: findings with object, field, place, proof and fix', () => {
  expect(lintToJson(report, setting)).toMatchObject({
    apiVersion: 'portcullis.dev/v1alpha1',
    kind: 'LintReport',
    summary: { errors: 1, warnings: 0, infos: 0, inBaseline: 0, ignored: 1 },
    findings: [
      {
        code: 'PC3009',
        severity: 'error',
        object: { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' },
        path: 'spec.ingress[0].ports[0].port',
        span: { source: 'deploy/all files/web.yaml', line: 30, column: 11, endLine: 30, endColumn: 19 },
        related: [{ span: { line: 16 } }],
        proof: { kind: 'witness', witnesses: [{ outcome: 'deny' }, { outcome: 'allow' }] },
        fix: { edits: [{ text: '8080', span: { line: 30, column: 17, endColumn: 19 } }] },
      },
    ],
    ignored: [{ code: 'PC3003', reason: 'the portal comes next month' }],
  });
});

it('GitHub: one workflow command for each finding, escaped', () => {
  expect(formatLintGithub(report, setting)).toMatchInlineSnapshot(`
    "::error file=deploy/all files/web.yaml,line=30,endLine=30,col=11,endColumn=18,title=PC3009%3A ports has the Service's port%2C not the pod's::NetworkPolicy shop/web: spec.ingress[0].ports[0].port is 80, the port of Service shop/web; its pods listen on 8080%0Awitness: 203.0.113.1 -> shop/svc/web  TCP 80: deny%0Awitness: 203.0.113.1 -> shop/svc/web  TCP 80: allow (with port 8080)%0Ahelp: Policies see a packet when the Service has been resolved: write 8080.
    1 error; 1 ignored by comments
    "
  `);
});

it('Markdown: names are kept from being markup', () => {
  const markdown = formatLintMarkdown(report, setting);
  expect(markdown).toMatchInlineSnapshot(`
    "### portcullis lint: 1 error; 1 ignored by comments

    - 🔴 **error PC3009** \`deploy/all files/web.yaml:30\` NetworkPolicy shop/web: spec.ingress\\[0\\].ports\\[0\\].port is 80, the port of Service shop/web; its pods listen on 8080
      <details><summary>ports has the Service's port, not the pod's</summary>

      witness: 203.0.113.1 -&gt; shop/svc/web  TCP 80: deny  
      witness: 203.0.113.1 -&gt; shop/svc/web  TCP 80: allow (with port 8080)  
      Policies see a packet when the Service has been resolved: write 8080.  

      \`\`\`sh
      portcullis check -f 'deploy/all files' 203.0.113.1 tcp://web.shop:80
      \`\`\`

      </details>
    "
  `);
  const odd = { ...report.entries[0]!, message: 'a <b> [c](d) *e* @team | `f`' };
  expect(formatLintMarkdown({ ...report, entries: [odd] }, setting)).toContain(
    'a &lt;b&gt; \\[c\\](d) \\*e\\* @\u200bteam \\| \\`f\\`',
  );
});

it('Markdown: says what it left out where it would be too long for a comment', () => {
  const entries = Array.from({ length: 500 }, () => report.entries[0]!);
  const markdown = formatLintMarkdown({ ...report, entries }, setting);
  expect(markdown.length).toBeLessThan(65_000);
  const shown = markdown.split('**error PC3009**').length - 1;
  expect(markdown).toContain(`\nLeft out here: ${500 - shown} errors.\n`);
});

describe('SARIF', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../test/support/sarif-schema-2.1.0.json'), 'utf8'),
  ) as Record<string, unknown>;
  // Ajv knows draft 7 and later; of draft 4 the schema uses nothing that means something else there.
  const { $schema: _, id: __, ...body } = schema;
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    formats: {
      uri: (value: string) => URL.canParse(value),
      'uri-reference': (value: string) =>
        !/[\s<>"{}|\\^`]/.test(value) && URL.canParse(value, 'https://x.y/'),
      'date-time': true,
    },
  });
  const validate = ajv.compile(body);
  const errorsOf = (value: unknown): unknown => {
    validate(JSON.parse(JSON.stringify(value)));
    return validate.errors ?? [];
  };

  it('is valid, with findings of every sort', () => {
    const all = reportText(text);
    expect(all.entries.length).toBeGreaterThan(1);
    expect(errorsOf(lintToSarif(all, setting))).toEqual([]);
    expect(errorsOf(lintToSarif(reportText(text, '-', all), setting))).toEqual([]);
    expect(errorsOf(lintToSarif({ entries: [], known: [], suppressed: [], gone: 0 }, setting))).toEqual([]);
    expect(errorsOf({ version: '2.1.0', runs: [{ tool: {} }] })).not.toEqual([]);
  });

  it('has places at the key, related places, fingerprints, fixes and rules with their pages', () => {
    expect(lintToSarif(report, setting)).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'portcullis',
              semanticVersion: '1.2.3',
              rules: [
                { id: 'PC3003' },
                {
                  id: 'PC3009',
                  shortDescription: { text: "ports has the Service's port, not the pod's" },
                  help: { markdown: setting.pages.get('PC3009') },
                },
              ],
            },
          },
          results: [
            {
              ruleId: 'PC3009',
              ruleIndex: 1,
              level: 'error',
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'deploy/all%20files/web.yaml' },
                    region: { startLine: 30, startColumn: 11, endLine: 30, endColumn: 19 },
                  },
                  logicalLocations: [
                    { fullyQualifiedName: 'NetworkPolicy shop/web spec.ingress[0].ports[0].port' },
                  ],
                },
              ],
              relatedLocations: [{ physicalLocation: { region: { startLine: 16 } } }],
              partialFingerprints: { 'portcullis/v1': report.entries[0]!.fingerprint },
              fixes: [
                {
                  artifactChanges: [
                    {
                      replacements: [
                        {
                          deletedRegion: { startLine: 30, startColumn: 17, endLine: 30, endColumn: 19 },
                          insertedContent: { text: '8080' },
                        },
                      ],
                    },
                  ],
                },
              ],
            },
            {
              ruleId: 'PC3003',
              suppressions: [{ kind: 'inSource', justification: 'the portal comes next month' }],
            },
          ],
        },
      ],
    });
  });

  it('tells new findings from those of the baseline', () => {
    const known = reportText(text, 'a.yaml', report);
    const sarif = lintToSarif(known, setting) as {
      runs: { results: { ruleId: string; baselineState: string }[] }[];
    };
    const states = sarif.runs[0]!.results.map(({ ruleId, baselineState }) => `${ruleId} ${baselineState}`);
    expect(states).toContain('PC3009 unchanged');
    expect(states).toContain('PC3007 new');
  });
});
