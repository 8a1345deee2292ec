import { describe, expect, it } from 'vitest';
import { readDocuments, type YamlNode } from '../../yaml/index.ts';
import { builtIn } from './built-in.ts';
import { type CheckOptions, checkShape } from './check-shape.ts';
import { describeShapeProblem } from './problem.ts';
import { boolean, int32, integerOrText, list, map, struct, text } from './shape.ts';

const thing = struct('Thing', {
  name: text,
  count: int32,
  port: integerOrText,
  enabled: boolean,
  names: list(text),
  labels: map(text),
  parts: list(struct('Part', { size: int32 })),
});

function parse(source: string): YamlNode {
  return [...readDocuments(source)][0]!.root!;
}

function check(source: string, options?: CheckOptions): string[] {
  return checkShape(parse(source), thing, options).map(
    (problem) => describeShapeProblem(problem, false).message,
  );
}

describe('checkShape', () => {
  it('takes what fits, null included', () => {
    expect(
      check(
        'name: a\ncount: 3\nport: http\nenabled: true\nnames: [a, ~]\nlabels: {k: ~}\nparts: [{size: 1}, ~]\n',
      ),
    ).toEqual([]);
    expect(check('name:\ncount:\nparts:\n')).toEqual([]);
  });

  it.each([
    ['name: [a]', 'name must be a string, not a list'],
    ['name: yes', 'name must be a string, not the boolean true (quote it for a string)'],
    ['name: 010', 'name must be a string, not the number 8 (quote it for a string)'],
    ['count: "3"', 'count must be an integer, not the string "3"'],
    ['count: 1.5', 'count must be an integer, not the number 1.5 (quote it for a string)'],
    ['count: 4294967296', 'count must be an integer, not the number 4294967296 (quote it for a string)'],
    ['port: {}', 'port must be an integer or a string, not an object'],
    ['labels: {k: 1}', 'labels.k must be a string, not the number 1 (quote it for a string)'],
    ['parts: [{size: a}]', 'parts[0].size must be an integer, not the string "a"'],
    ['parts: {size: 1}', 'parts must be a list, not an object'],
    ['Name: a', 'unknown field Name'],
    ['parts: [{sise: {x: {}}}]', 'unknown field parts[0].sise'],
  ])('says of %s that %s', (source, message) => {
    expect(check(`${source}\n`)).toEqual([message]);
  });

  it('refuses null members for custom resources', () => {
    expect(check('names: [~]\n', { nullMembers: 'refused' })).toEqual([
      'names[0] must be a string, not null',
    ]);
  });

  it('reads YAML keys in the order of their bytes where asked to', () => {
    const source = '\u{1F600}: 1\n\uFF5E: 1\na: 1\n';
    expect(check(source)).toEqual(['unknown field [\u{1F600}]', 'unknown field [\uFF5E]', 'unknown field a']);
    expect(check(source, { sorted: true })).toEqual([
      'unknown field a',
      'unknown field [\uFF5E]',
      'unknown field [\u{1F600}]',
    ]);
  });

  it('tells the field from what stands within it', () => {
    const [problem] = checkShape(parse('parts: [{size: a}]\nlabels: {k: 1}\n'), thing);
    expect(problem).toMatchObject({ path: ['parts', 0, 'size'], depth: 3, struct: { name: 'Part' } });
    const [, label] = checkShape(parse('parts: [{size: a}]\nlabels: {k: 1}\n'), thing);
    expect(label).toMatchObject({ path: ['labels', 'k'], depth: 1, struct: { name: 'Thing' } });
  });

  it('knows the built-in kinds down to their leaves', () => {
    const pod =
      'spec:\n  containers:\n  - name: a\n    securityContext: {capabilites: {}}\n    resources: {limits: {cpu: 1, memory: 1.5Gi}}\n    livenessProbe: {httpGet: {port: http}}\n';
    const problems = checkShape(parse(pod), builtIn('Pod'));
    expect(problems.map((problem) => problem.path.join('.'))).toEqual([
      'spec.containers.0.securityContext.capabilites',
    ]);
    expect(describeShapeProblem(problems[0]!, false).help).toBe('Did you mean capabilities?');
  });
});
