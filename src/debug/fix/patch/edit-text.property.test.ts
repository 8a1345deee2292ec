import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocuments, toPlainValue } from '../../../yaml/index.ts';
import type { PlainValue } from '../types.ts';
import { editText } from './edit-text.ts';
import { addObject } from './new-object.ts';
import { editPlain, type ObjectEdit } from './object-edit.ts';

/** How a text is written: each choice of the writer is one number of this list. */
interface Writer {
  readonly choose: (below: number) => number;
  readonly newline: string;
  comments: number;
}

/** Writes a value as YAML in some style: lists indented or flush, in brackets on one line or on many, with comments, anchors and blanks here and there. */
function write(value: PlainValue, writer: Writer, column: number): string {
  const { choose, newline } = writer;
  if (typeof value !== 'object' || value === null) return scalar(value, choose);
  const entries = Array.isArray(value)
    ? value.map((item) => ['', item] as const)
    : Object.entries(value as Readonly<Record<string, PlainValue>>);
  if (entries.length === 0 || (choose(5) === 0 && column > 0)) return flow(value, writer, column);
  const indent = ' '.repeat(column);
  return entries
    .map(([key, each], i) => {
      const lead = i === 0 ? '' : `${newline}${comment(writer, indent, newline)}${indent}`;
      if (Array.isArray(value)) return `${lead}- ${write(each, writer, column + 2)}`;
      const isBlock = typeof each === 'object' && each !== null && Object.keys(each).length > 0;
      if (!isBlock) return `${lead}${key}: ${scalarOrEmpty(each, choose)}${trailing(writer)}`;
      const step = Array.isArray(each) ? choose(3) : 1 + choose(3);
      const text = write(each, writer, column + step);
      if (text.startsWith('[') || text.startsWith('{')) return `${lead}${key}: ${text}${trailing(writer)}`;
      return `${lead}${key}:${trailing(writer)}${newline}${' '.repeat(column + step)}${text}`;
    })
    .join('');
}

function scalarOrEmpty(value: PlainValue, choose: Writer['choose']): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
  return scalar(value as null | boolean | number | string, choose);
}

function scalar(value: null | boolean | number | string, choose: Writer['choose']): string {
  if (typeof value !== 'string') return value === null ? 'null' : String(value);
  if (/^[a-z][a-z/.]*$/.test(value) && value !== 'true' && choose(2) === 0) return value;
  return choose(2) === 0 ? JSON.stringify(value) : `'${value}'`;
}

function trailing(writer: Writer): string {
  return writer.choose(4) === 0 ? ` # c${writer.comments++}` : '';
}

function comment(writer: Writer, indent: string, newline: string): string {
  return writer.choose(5) === 0 ? `${indent}# c${writer.comments++}${newline}` : '';
}

function flow(value: PlainValue, writer: Writer, column: number): string {
  const { choose, newline } = writer;
  if (typeof value !== 'object' || value === null) return scalar(value, choose);
  const list = Array.isArray(value);
  const parts = list
    ? value.map((item) => flow(item, writer, column + 2))
    : Object.entries(value as Readonly<Record<string, PlainValue>>).map(
        ([key, each]) => `${key}: ${flow(each, writer, column + 2)}`,
      );
  const [open, close] = list ? '[]' : '{}';
  if (parts.length === 0) return `${open}${close}`;
  const last = choose(4) === 0 ? ',' : '';
  if (choose(3) > 0) return `${open}${parts.join(', ')}${last}${close}`;
  const indent = ' '.repeat(column + 2);
  const lines = parts.map(
    (part, i) => `${indent}${part}${i < parts.length - 1 ? ',' : last}${trailing(writer)}`,
  );
  return `${open}${newline}${lines.join(newline)}${newline}${' '.repeat(column + 1)}${close}`;
}

const word = fc.constantFrom(
  'web',
  'GET',
  'cluster.local/ns/a/sa/b',
  '8080',
  'true',
  '/a',
  '/a*',
  '*',
  'it: is',
  '#x',
  '10.0.0.0/8',
);
const words = fc.array(word, { maxLength: 3 });
const source = fc.record({ principals: words, namespaces: words, notPaths: words }, { requiredKeys: [] });
const rule = fc.record(
  {
    from: fc.array(fc.record({ source }), { maxLength: 2 }),
    to: fc.array(fc.record({ operation: source }), { maxLength: 2 }),
    when: fc.array(fc.record({ key: word, values: words }), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const object = fc.record({
  kind: fc.constant('P'),
  metadata: fc.record({ name: fc.constant('p'), labels: fc.constantFrom({}, { a: 'b' }) }),
  spec: fc.record(
    { action: fc.constantFrom('ALLOW', 'DENY'), rules: fc.array(rule, { maxLength: 3 }) },
    { requiredKeys: [] },
  ),
});
const added = fc.constantFrom<PlainValue>(
  'new',
  '8080',
  { from: [{ source: { principals: ['a/b', '9'] } }] },
  {},
);
const edit: fc.Arbitrary<ObjectEdit> = fc.oneof(
  fc.record({ op: fc.constant('add' as const), path: fc.constant(['spec', 'rules']), value: added }),
  fc.record({
    op: fc.constant('add' as const),
    path: fc.constant(['spec', 'rules']),
    value: added,
    at: fc.constantFrom(0, 1),
  }),
  fc.record({
    op: fc.constant('add' as const),
    path: fc.constantFrom(
      ['spec', 'rules', 0, 'from', 0, 'source', 'principals'],
      ['spec', 'rules', 1, 'to', 0, 'operation', 'notPaths'],
      ['spec', 'rules', 0, 'when', 0, 'values'],
      ['spec', 'rules', 0, 'from'],
    ),
    value: added,
  }),
  fc.record({
    op: fc.constant('set' as const),
    path: fc.constantFrom(['spec', 'action'], ['spec', 'mtls', 'mode']),
    value: fc.constant('DENY'),
  }),
  fc.record({
    op: fc.constant('remove' as const),
    path: fc.constantFrom(['spec', 'rules', 0], ['spec', 'rules', 0, 'from', 0, 'source', 'principals', 0]),
  }),
);
const style = fc.record({
  choices: fc.array(fc.nat(59), { minLength: 80, maxLength: 80 }),
  crlf: fc.boolean(),
  end: fc.boolean(),
});

type Styled = typeof style extends fc.Arbitrary<infer T> ? T : never;

function textOf(value: PlainValue, { choices, crlf, end }: Styled): string {
  let next = 0;
  const writer: Writer = {
    choose: (below) => choices[next++ % choices.length]! % below,
    newline: crlf ? '\r\n' : '\n',
    comments: 0,
  };
  return `${write(value, writer, 0)}${end ? writer.newline : ''}`;
}

function plainOf(text: string): readonly unknown[] {
  return [...readDocuments(text)].map(({ root, problems }) => {
    expect(
      problems.filter(({ severity }) => severity === 'error'),
      text,
    ).toEqual([]);
    return root === undefined ? undefined : toPlainValue(root);
  });
}

const commentsIn = (text: string): readonly string[] => [...text.matchAll(/# c\d+/g)].map(([found]) => found);

/** Is the edit one that means something for this value? */
function reaches(value: PlainValue, { op, path, ...rest }: ObjectEdit): boolean {
  let node: PlainValue | undefined = value;
  for (const [i, step] of path.entries()) {
    const list: readonly PlainValue[] | undefined = Array.isArray(node) ? node : undefined;
    if (typeof step === 'number') {
      if (op === 'remove' && i === path.length - 1) return list?.[step] !== undefined;
      if (step > (list?.length ?? 0)) return false;
    }
    node = (node as Readonly<Record<string | number, PlainValue>> | undefined)?.[step];
  }
  const at = 'at' in rest ? rest.at : undefined;
  return op !== 'remove' && (at === undefined || at <= (Array.isArray(node) ? node.length : 0));
}

describe('edits of random texts', () => {
  it('say what is meant, and change nothing else', () => {
    const counted = { edited: 0, refused: 0 };
    fc.assert(
      fc.property(object, edit, style, fc.nat(2), (value, change, written, place) => {
        fc.pre(reaches(value, change));
        const text = textOf(value, written);
        expect(plainOf(text)).toEqual([value]);
        const newline = written.crlf ? '\r\n' : '\n';
        const before = place === 0 ? '' : `# first${newline}kind: Q${newline}---${newline}`;
        const after = place === 2 ? `${newline}---${newline}kind: R # last${newline}` : '';
        const whole = before + text + after;
        const result = editText(whole, before.length, [change]);
        if ('refused' in result) {
          counted.refused++;
          return;
        }
        counted.edited++;
        const expected = editPlain(value, change);
        const read = plainOf(result.text);
        expect(read[place === 0 ? 0 : 1]).toEqual(expected);
        expect(result.text.startsWith(before)).toBe(true);
        expect(result.text.endsWith(after)).toBe(true);
        const kept = result.text.split(/\r?\n/);
        // Every line is still there, in its order, but for those that the edit stands on.
        const lost = linesLost(whole.split(/\r?\n/), kept);
        const most = change.op === 'remove' ? Number.POSITIVE_INFINITY : 2;
        expect(lost, `${whole}\n=>\n${result.text}`).toBeLessThanOrEqual(most);
        if (change.op !== 'remove') expect(commentsIn(result.text)).toEqual(commentsIn(whole));
        if (written.crlf) expect(result.text).not.toMatch(/[^\r]\n/);
      }),
      { numRuns: Number(process.env.PATCH_RUNS ?? 400) },
    );
    if (process.env.PATCH_RUNS !== undefined) console.log(counted);
    expect(counted.refused).toBeLessThan(counted.edited / 10);
  });

  it('put a new object behind another, and change nothing else', () => {
    fc.assert(
      fc.property(object, object, style, fc.boolean(), (value, more, written, last) => {
        const newline = written.crlf ? '\r\n' : '\n';
        const tail = last ? '' : `${written.end ? '' : newline}---${newline}kind: R # last${newline}`;
        const text = textOf(value, written) + tail;
        const start = text.search(/\S/);
        const result = addObject(text, start, more as PlainValue);
        if ('refused' in result) throw new Error(result.refused);
        expect(plainOf(result.text)).toEqual([value, more, ...(last ? [] : [{ kind: 'R' }])]);
        expect(result.text.startsWith(textOf(value, written))).toBe(true);
        expect(result.text.endsWith(tail)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

/** How many lines stand between what both begin and end with. */
function linesLost(lines: readonly string[], others: readonly string[]): number {
  const most = Math.min(lines.length, others.length);
  let first = 0;
  while (first < most && lines[first] === others[first]) first++;
  let last = 0;
  while (last < most - first && lines.at(-1 - last) === others.at(-1 - last)) last++;
  return lines.length - first - last;
}
