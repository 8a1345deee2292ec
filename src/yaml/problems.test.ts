import { describe, expect, it } from 'vitest';
import { readDocuments, type YamlProblem } from './index.ts';

function problemsOf(text: string): readonly YamlProblem[] {
  return [...readDocuments(text)].flatMap(({ problems }) => problems);
}

/** Each problem as its code and the text that it points at. */
function marked(text: string): string[] {
  return problemsOf(text).map(({ code, start, end }) => `${code} ${text.slice(start, end)}`);
}

describe('a warning', () => {
  it.each([
    ['a: yes', 'ambiguous-scalar yes'],
    ['on: x', 'ambiguous-scalar on'],
    ['a: [010]', 'ambiguous-scalar 010'],
    ['a: 1_000', 'ambiguous-scalar 1_000'],
    ['a: 0x1F', 'ambiguous-scalar 0x1F'],
    ['a: 1e3', 'ambiguous-scalar 1e3'],
    ['a: 1.10', 'ambiguous-scalar 1.10'],
    ['012: x', 'ambiguous-scalar 012'],
    ['a: 1\na: 2', 'duplicate-key a'],
    ['1: a\n"1": b', 'clashing-keys "1"'],
    ['  a: 1\nb: 2\nc: 3\n', 'ignored-text b: 2\nc: 3'],
    ['# c\n{a: 1}\nb: 2\n', 'ignored-text b: 2'],
    ['a: 1\n...\nb: 2', 'ignored-text b: 2'],
  ])('%j', (text, expected) => {
    expect(marked(text)).toEqual([expected]);
    expect(problemsOf(text)).toMatchObject([{ severity: 'warning' }]);
  });

  it.each([
    'a: true\nb: 80\nc: ~\nd: "yes"\ne: !!str yes\nf: -1\ng: 0.5\nh: 12:30\ni: null\nj:\n80: x\ntrue: z',
    'b: &b {p: 1}\nm: {<<: *b, p: 2}',
    'a: 1\n... # c\n\n# d\n',
  ])('is not given for %j', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it('says what is meant and what to write', () => {
    expect(problemsOf('a: yes')).toEqual([
      {
        code: 'ambiguous-scalar',
        severity: 'warning',
        message: '`yes` without quotes is the boolean true.',
        start: 3,
        end: 6,
        help: 'Write true if you mean that, or "yes" in quotes if you mean the text.',
      },
    ]);
  });
});

describe('an error', () => {
  it.each([
    ['a: "b', 'syntax "'],
    ['a: [b, c', 'syntax ['],
    ['a: {b: c', 'syntax {'],
    ['a: b: c', 'syntax :'],
    ['a: - b', 'syntax -'],
    ['a: @b', 'syntax @'],
    ['a:\n\t- b', 'tab-indentation \t'],
    ['a: "\\q"', 'syntax \\q'],
    ['a: *x', 'alias *x'],
    ['a: !!int x', 'invalid-value !!int x'],
    ['a: .inf', 'invalid-value .inf'],
    ['~: b', 'invalid-key ~'],
    ['a: b\nc d\ne: f', 'syntax c d'],
    ['a: "x\0"', 'control-character \0'],
    ['a: 1\n--- b', 'separator --- b'],
  ])('%j', (text, expected) => {
    expect(marked(text)).toEqual([expected]);
    expect(problemsOf(text)).toMatchObject([{ severity: 'error' }]);
  });

  it.each(['a: {{ .Values.a }}', 'a:\n{{- if .Values.a }}\n  b: 1', '{{ .Values.a }}: 1'])(
    'suggests to render a template: %j',
    (text) => {
      expect(problemsOf(text)[0]!.help).toMatch(/^The line looks like a template/);
    },
  );

  it('names what it found', () => {
    expect(problemsOf('a:\n    - b\n   - c')[0]!.message).toBe(
      'Another key of this map is expected here, but the indentation fits no map or list around it. Found `- c`.',
    );
  });
});

it('tells where a repeated key and its later value begin, merged ones too', () => {
  const text = 'b: &b {q: 1}\nm:\n  q: 2\n  <<: *b\n  q:\n  - 3\ntrue: 1\nyes: 2\n';
  const [document] = readDocuments(text);
  const repeated = document!.repeatedKeys.map(({ text: key, valueStart }) => [
    key,
    text.slice(valueStart)[0],
  ]);
  expect(repeated).toEqual([
    ['"q"', '1'],
    ['"q"', '-'],
    ['true', '2'],
  ]);
});
