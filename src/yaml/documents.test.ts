import { describe, expect, it } from 'vitest';
import { decodeText, readDocuments, toJson } from './index.ts';

interface Outcome {
  readonly roots: readonly string[];
  readonly problems: readonly string[];
}

function read(text: string): Outcome {
  const documents = [...readDocuments(text)];
  return {
    roots: documents.flatMap(({ root }) => (root === undefined ? [] : [toJson(root)])),
    problems: documents.flatMap(({ problems }) => problems.map(({ code }) => code)),
  };
}

describe('cutting', () => {
  it.each([
    ['a: 1\n---\nb: 2\n', ['{"a":1}', '{"b":2}']],
    ['---\na: 1\n---\n---\n# c\n---\nb: 2\n---\n', ['{"a":1}', '{"b":2}']],
    ['--- # c\na: 1\n---\t\nb: 2\n---#c\nc: 3', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['a: |\n  x\n---\nb: 2\n', ['{"a":"x\\n"}', '{"b":2}']],
    ['a: |\n  x\n  ---\n  y\n', ['{"a":"x\\n---\\ny\\n"}']],
    ['a: 1\r\n---\r\nb: 2\r\n', ['{"a":1}', '{"b":2}']],
    ['a: 1\n...\n---\nb: 2', ['{"a":1}', '{"b":2}']],
    ['a: 1\n---\n\ufeffb: 2', ['{"a":1}', '{"b":2}']],
    ['a: 1\n\ufeffb: 2', ['{"a":1,"\ufeffb":2}']],
    ['---\n', []],
    ['', []],
  ])('%j', (text, roots) => {
    expect(read(text)).toEqual({ roots, problems: [] });
  });

  it.each([
    ['a: 1\n----\nb: 2\n', ['{"b":2}'], ['separator']],
    ['a: 1\n--- {b: 2}\nc: 3\n', ['{"c":3}'], ['separator']],
    ['---\ufeff\na: 1', ['{"a":1}'], ['separator']],
    ['--- {a: 1}\nb: 2', ['{"b":2}'], ['separator']],
    ['a: "x\n---\ny"\n', ['"y\\""'], ['syntax']],
    ['a: [\n---\nb: 2\n', ['{"b":2}'], ['syntax']],
    ['%YAML 1.1\n---\na: 1\n', ['{"a":1}'], ['directive']],
    ['a: 1\0\n---\nb: 2\n', ['{"b":2}'], ['control-character']],
    ['# \x7f\na: 1', [], ['control-character']],
    ['a: 1\r---\rb: 2\r', ['{"a":1}'], ['ignored-text']],
  ])('reads on after an error: %j', (text, roots, problems) => {
    expect(read(text)).toEqual({ roots, problems });
  });

  it('tells which documents kubectl no longer reads', () => {
    const flags = [...readDocuments('a: 1\n---\nb: [\n---\nc: 3\n')].map(({ afterError }) => afterError);
    expect(flags).toEqual([false, false, true]);
  });

  it('gives the range of each piece', () => {
    const ranges = [...readDocuments('a: 1\n---\nb: 2\n--- # c\nc: 3')].map(({ start, end }) => [start, end]);
    expect(ranges).toEqual([
      [0, 5],
      [9, 14],
      [22, 27],
    ]);
  });

  it('gives what stands behind a fault in JSON to the document that has it', () => {
    const text = '{"a": 1}\n{b: 2,\n c: 3}\n{"d": 4}\n---\ne: 5\n';
    const pieces = [...readDocuments(text)].map(({ start, end }) => text.slice(start, end));
    expect(pieces).toEqual(['{"a": 1}', '{b: 2,\n c: 3}\n{"d": 4}\n', '---\ne: 5\n']);
  });
});

describe('JSON text', () => {
  it.each([
    ['{"a":1,"b":[true,null,"x\\u263a\\/\\ud83d\\ude00"]}', ['{"a":1,"b":[true,null,"x☺/😀"]}']],
    ['\ufeff \n{"a":{}}{"b":[]}\n[1] "x"', ['{"a":{}}', '{"b":[]}', '[1]', '"x"']],
    [
      '{"a":1.0,"b":1e3,"c":9007199254740993,"d":-0,"e":-0.0}',
      ['{"a":1,"b":1000,"c":9007199254740993,"d":0,"e":-0}'],
    ],
    ['{"a":"\\ud83d"}', ['{"a":"\ufffd"}']],
    ['{\n\t"a": 1\r\n}', ['{"a":1}']],
  ])('%j', (text, roots) => {
    expect(read(text)).toEqual({ roots, problems: [] });
  });

  it.each([
    ['{"a":1,}', []],
    ['{"a":1 // c\n}', []],
    ['{a:1}', []],
    ['{"a":yes}', []],
    ['{"a":01}', []],
    ['{"a":[1,]}', []],
    ['{"a"}', []],
    ['{"a":"\n"}', []],
    ['{"a":"\\x"}', []],
    ['{"a":1', []],
    ['{"a":1}}', ['{"a":1}']],
    ['{"a":1}\n---\nb: 2\n', ['{"a":1}', '{"b":2}']],
  ])('%j is malformed', (text, roots) => {
    expect(read(text)).toEqual({ roots, problems: ['json'] });
  });

  it('keeps the number as it was written, for readers of types', () => {
    const [document] = readDocuments('{"a":80.0}');
    expect(document!.root).toMatchObject({
      entries: [{ value: { value: { number: '80', literal: '80.0' } } }],
    });
  });

  it('refuses only the object with too large a number', () => {
    expect(read('{"a":1E400}{"b":1}')).toEqual({ roots: ['{"b":1}'], problems: ['invalid-value'] });
  });

  it('takes the last of equal keys and warns', () => {
    expect(read('{"a":{"b":1},"a":{"c":2}}')).toEqual({
      roots: ['{"a":{"c":2}}'],
      problems: ['duplicate-key'],
    });
  });
});

describe('the comment that names the template', () => {
  it.each([
    ['---\n# Source: chart/templates/a.yaml\na: 1', 'chart/templates/a.yaml'],
    ['\n# c\r\n  # Source: x.yaml \r\na: 1', 'x.yaml'],
    ['a: 1\n# Source: x.yaml', undefined],
    ['# source\na: 1', undefined],
  ])('%j', (text, source) => {
    expect([...readDocuments(text)][0]!.source).toBe(source);
  });
});

describe('decodeText', () => {
  const decode = (...bytes: number[]) => decodeText(Uint8Array.from(bytes));

  it.each([
    ['UTF-8 with a mark', [0xef, 0xbb, 0xbf, 0x61], 'a'],
    ['UTF-16, little-endian', [0xff, 0xfe, 0x61, 0, 0x3a, 0x26], 'a☺'],
    ['UTF-16, big-endian', [0xfe, 0xff, 0, 0x61, 0x26, 0x3a], 'a☺'],
    ['nothing', [], ''],
  ])('reads %s', (_name, bytes, text) => {
    expect(decode(...bytes)).toEqual({ text, problems: [] });
  });

  it('replaces what is no UTF-8 and says where', () => {
    const bytes = [...Buffer.from('a: some text\nb: '), 0xff, ...Buffer.from('x and more\n')];
    const { text, problems } = decode(...bytes);
    expect(text).toBe('a: some text\nb: \ufffdx and more\n');
    expect(problems).toMatchObject([{ code: 'encoding', severity: 'warning', start: 16, end: 17 }]);
  });

  it('recognises a binary file', () => {
    const { problems } = decode(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xed, 0xbd);
    expect(problems).toMatchObject([{ code: 'encoding', severity: 'error' }]);
  });
});
