import { describe, expect, test } from 'vitest';
import { runTestsOn } from '../../test/support/run-test-file.ts';
import { shop } from '../../test/support/shop.ts';
import { clusterOf } from '../../test/support/text-cluster.ts';
import { measureCoverage, mutatePolicies, type TestReport } from '../testing/index.ts';
import { readDocuments, toPlainValue } from '../yaml/index.ts';
import { plainStyle } from './style.ts';
import { formatTestGithub } from './test-github.ts';
import { testToJson } from './test-json.ts';
import { formatTestJunit } from './test-junit.ts';
import { formatTestTap } from './test-tap.ts';
import { formatTestText } from './test-text.ts';

const tests = `- {name: closed, from: front, to: "deploy/db:5432", expect: deny}
- name: "<&\\"'> # a \\\\, b: c"
  from: front
  to: deploy/db:5432
  expect: allow
- name: both
  from: [front, frnt]
  to: deploy/db:5432
  expect: deny
- {forbid: 10.9.9.9, to: front}
`;
const run = runTestsOn(clusterOf(shop), tests);
const name = 'tests/a.portcullis-test.yaml';
const report: TestReport = {
  files: [
    { name, entries: run.entries, input: { words: ['-f', 'my shop.yaml'] } },
    {
      name: 'b.yaml',
      entries: [],
      problem: { problem: 'the file cannot be used', details: ['why'], diagnostics: [] },
    },
  ],
  coverage: measureCoverage([run]),
  mutation: mutatePolicies([run]),
};

describe('text', () => {
  const text = formatTestText(report, plainStyle);

  test('tells the proof of what fails, and the command that asks again', () => {
    expect(text).toContain(
      `tests/a.portcullis-test.yaml\n  ✓ closed\n\n  ✗ <&"'> # a \\, b: c  a.portcullis-test.yaml:5:3\n`,
    );
    expect(text).toContain('    expected allow, got deny\n');
    expect(text).toContain('isolated by NetworkPolicy shop/db; no rule matches');
    expect(text).toContain('--> 0.yaml:37:3');
    expect(text).toContain('from[0].podSelector.matchLabels.app: wants app=back, the request has app=front');
    expect(text).toContain("Ask again: portcullis check -f 'my shop.yaml' front deploy/db:5432\n");
  });

  test('counts pairs that pass, tells the others one by one', () => {
    expect(text).toContain(
      '  ✓ both (1 pair)\n\n  ! both: frnt -> deploy/db:5432  a.portcullis-test.yaml:9:3\n',
    );
    expect(text).toContain('error: no pod or workload shop/frnt in the manifests');
    expect(text).toContain('something comes through between 1 of 1 pair: outside -> shop/Pod/front');
  });

  test('ends with tables and numbers', () => {
    expect(text).toContain(
      [
        'Coverage: tests rest on 0 of 2 rules; no test rests on',
        '  0.yaml:38:5  NetworkPolicy shop/db spec.ingress[0]',
        '  0.yaml:40:5  NetworkPolicy shop/db spec.ingress[1]',
      ].join('\n'),
    );
    expect(text).toMatch(/Mutants: tests notice 3 of 5 changes; no test notices\n/);
    expect(text).toContain('  3 tests that do not pass took no part\n');
    expect(text.endsWith('\n\n2 passed, 2 failed, 2 errors in 2 files\n')).toBe(true);
  });
});

describe('JUnit', () => {
  const xml = formatTestJunit(report);

  test('has a testcase for each assertion and for a file that cannot be used', () => {
    expect(xml).toContain('<testsuites name="portcullis" tests="6" failures="2" errors="2">');
    expect(xml.match(/<testcase /g)).toHaveLength(6);
    expect(xml).toContain(`<error message="the file cannot be used">the file cannot be used\nwhy</error>`);
    expect(xml).toContain('<failure message="expected allow, got deny" type="failed">');
  });

  test('is well-formed whatever the names are', () => {
    const odd = structuredClone({ ...report.files[0], entries: [] });
    const control = formatTestJunit({ files: [{ ...odd, name: 'a\u0001\ud800<\n"\ufffe' }] });
    expect(control).toContain('<testsuite name="a\ufffd\ufffd&lt;&#10;&quot;\ufffd"');
    expect(xml).toContain('name="&lt;&amp;&quot;\'&gt; # a \\, b: c"');
    for (const text of [xml, control]) expect(tagsLeftOpen(text)).toEqual([]);
  });
});

test('TAP 14: numbered points, YAML that can be read', () => {
  const lines = formatTestTap(report).split('\n');
  expect(lines.slice(0, 3)).toEqual(['TAP version 14', '1..6', `ok 1 - ${name}: closed`]);
  expect(lines[3]).toBe(`not ok 2 - ${name}: <&"'> \\# a \\\\, b: c`);
  const block = lines.slice(5, lines.indexOf('  ...'));
  const [document] = readDocuments(block.map((line) => line.slice(2)).join('\n'));
  expect(toPlainValue(document!.root!)).toEqual({
    message: 'expected allow, got deny',
    severity: 'fail',
    at: { file: name, line: 5, column: 3 },
    decidedBy: 'ingress policy at node of shop/db: isolated by NetworkPolicy shop/db; no rule matches',
    place: '0.yaml:37:3',
    command: "portcullis check -f 'my shop.yaml' front deploy/db:5432",
  });
  expect(lines.filter((line) => /^(not )?ok /.test(line))).toHaveLength(6);
});

test('GitHub: an error at the line of each test that does not pass', () => {
  const lines = formatTestGithub(report).trimEnd().split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toMatch(
    /^::error file=a\.portcullis-test\.yaml,line=5,endLine=8,col=3,title=<&"'> # a \\%2C b%3A c::expected allow, got deny%0Aingress policy at /,
  );
  expect(lines[3]).toBe('::error file=b.yaml,title=b.yaml::the file cannot be used%0Awhy');
  expect(lines[4]).toBe('2 passed, 2 failed, 2 errors in 2 files');
});

test('JSON: every assertion, verdicts of those that do not pass, tables', () => {
  const json = JSON.parse(JSON.stringify(testToJson(report)));
  expect(json).toMatchObject({
    apiVersion: 'portcullis.dev/v1alpha1',
    kind: 'TestReport',
    counts: { passed: 2, failed: 2, unknown: 0, errors: 2 },
    coverage: {
      rules: 2,
      uncovered: [{ path: 'spec.ingress[0]', span: { source: '0.yaml', line: 38 } }, {}],
    },
    mutation: {
      leftOut: 3,
      survivors: [{ dropped: expect.any(String), policy: 'NetworkPolicy shop/db' }, {}],
    },
  });
  const [closed, failed, , error, statement] = json.files[0].tests;
  expect(closed).toMatchObject({ status: 'passed', outcome: 'deny', differences: [] });
  expect(closed.verdict).toBeUndefined();
  expect(failed.verdict).toMatchObject({ outcome: 'deny', decidedBy: { layer: 'ingress policy' } });
  expect(error).toMatchObject({ status: 'error', problem: { details: expect.any(Array) } });
  expect(statement).toMatchObject({ kind: 'forbid', pairs: 1, broken: ['outside -> shop/Pod/front'] });
  expect(json.files[1].problem).toEqual({
    message: 'the file cannot be used',
    details: ['why'],
    diagnostics: [],
  });
});

/** Tags that nobody closes, and attributes or text with a bare sign of XML, in the order in which they come. */
function tagsLeftOpen(xml: string): readonly string[] {
  const open: string[] = [];
  const body = xml.replace(/^<\?xml[^?]*\?>\n/, '');
  expect(body.replace(/<\/?[a-z]+(?: [a-z]+="[^"<]*")*\/?>/g, '')).not.toMatch(
    /[<>]|&(?!(?:lt|gt|amp|quot|#\d+);)/,
  );
  for (const [, close, tag, self] of body.matchAll(/<(\/?)([a-z]+)(?: [a-z]+="[^"<]*")*(\/?)>/g)) {
    if (self === '/') continue;
    if (close !== '/') open.push(tag!);
    else expect(open.pop()).toBe(tag);
  }
  return open;
}
