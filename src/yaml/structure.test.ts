import { describe, expect, it } from 'vitest';
import { readDocuments, toJson } from './index.ts';

/** The JSON of a text, or the code of its error. */
function read(text: string): string {
  const document = [...readDocuments(text)][0]!;
  const error = document.problems.find(({ severity }) => severity === 'error');
  return error === undefined ? (document.root === undefined ? 'nothing' : toJson(document.root)) : error.code;
}

const groups: Readonly<Record<string, readonly (readonly [text: string, expected: string])[]>> = {
  blocks: [
    ['a: 1\nb:\n  c: 2\n', '{"a":1,"b":{"c":2}}'],
    ['a:\n- 1\n-\n  - 2\n- - 3\n  - 4\nb: 5', '{"a":[1,[2],[3,4]],"b":5}'],
    ['a:\n  -\n  b: 1', 'syntax'],
    ['a:\n-\nb: 1', '{"a":[null],"b":1}'],
    ['a: - b', 'syntax'],
    ['a: b: c', 'syntax'],
    ['a: "b": c', 'syntax'],
    ['a:\n    - b\n   - c', 'syntax'],
    ['- a: 1\n   b: 2', 'syntax'],
    ['a:\n  b\n  c', '{"a":"b c"}'],
    ['a:\nb', 'syntax'],
    ['a:b', '"a:b"'],
    ['? a\n: b\n? c\nd: e', '{"a":"b","c":null,"d":"e"}'],
    ['? a\n:\n- b', '{"a":["b"]}'],
    ['- ? a\n  : - b\n- c', '[{"a":["b"]},"c"]'],
    ['\r\na: 1\r\nb: 2\r\n', '{"a":1,"b":2}'],
    ['a: 1\rb: 2\r', '{"a":1,"b":2}'],
    ['a: 1\u0085b: 2\u2028c: 3\u2029', '{"a":1,"b":2,"c":3}'],
  ],
  brackets: [
    ['[a, b, ]', '["a","b"]'],
    ['[a, , b]', 'syntax'],
    ['[, a]', 'syntax'],
    ['[a: b]', '[{"a":"b"}]'],
    ['- {a, b: 1}', '[{"a":null,"b":1}]'],
    ['{a:1}', 'json'],
    ['- {a:1, "b":2}', '[{"a:1":null,"b":2}]'],
    ['- {"a"\n: 1}', 'syntax'],
    ['- {? a : b, ? c}', '[{"a":"b","c":null}]'],
    ['[2001:db8::, a:b]', '["2001:db8::","a:b"]'],
    ['- {a: fe80::, b: 1}', '[{"a":"fe80::","b":1}]'],
    ['[fe80:: ]', '[{"fe80:":null}]'],
    ['[::/0]', 'syntax'],
    ['- {cidr: ::/0}', 'syntax'],
    ['cidr: ::/0', '{"cidr":"::/0"}'],
    ['[/a?b]', 'syntax'],
    ['a: /a?b', '{"a":"/a?b"}'],
    ['[?x]', '[{"x":null}]'],
    ['[-]', '["-"]'],
    ['[a, -b]', '["a","-b"]'],
    ['[- a]', 'syntax'],
    ['a: [\nb,\n"c"\n]\nd: 1', '{"a":["b","c"],"d":1}'],
    ['a: [b]#c', '{"a":["b"]}'],
    ['a: [1', 'syntax'],
    ['a: [1}', 'syntax'],
    ['a: {b: 1]', 'syntax'],
    ['a: }', 'syntax'],
    ['a: 1\n}', 'syntax'],
  ],
  'plain text': [
    ['a: b\n  - c\n  ? d', '{"a":"b - c ? d"}'],
    ['a: b\n\n\n  c', '{"a":"b\\n\\nc"}'],
    ['a: b # c\n  d', 'syntax'],
    ['a: b#c', '{"a":"b#c"}'],
    ['a:# c', '"a:# c"'],
    ['a: b\n\t\nc: d', 'tab-indentation'],
    ['a: b\u2028 c', '{"a":"b\u2028c"}'],
    ['a: b\u0085 c', '{"a":"b c"}'],
    ['a: @b', 'syntax'],
    ['a: `b`', 'syntax'],
    ['a: %b', 'syntax'],
  ],
  quotes: [
    ["a: 'it''s'", '{"a":"it\'s"}'],
    ["a: 'one\ntwo\n\nthree'\nb: 1", '{"a":"one two\\nthree","b":1}'],
    ['a: "one  \n\t two"', '{"a":"one two"}'],
    ['a: "one\\\n   two"', '{"a":"onetwo"}'],
    ['a: "one \\\n\n  two"', '{"a":"one \\ntwo"}'],
    [
      'a: "\\x41\\u263a\\U0001F600\\t\\N\\_\\L\\P\\e\\0"',
      JSON.stringify({ a: 'A☺😀\t\u0085\u00a0\u2028\u2029\u001b\0' }),
    ],
    ['a: "\\/"', 'syntax'],
    ['a: "\\ud83d\\ude00"', 'syntax'],
    ['a: "\\x4"', 'syntax'],
    ['a: "b', 'syntax'],
    ["a: 'b\n... c'", 'syntax'],
    ["a: 'b\n...c'", '{"a":"b ...c"}'],
    ['"a\n b": c', 'syntax'],
    ['a: "b"#c', '{"a":"b"}'],
    ['a: "b" c', 'syntax'],
  ],
  'block scalars': [
    ['a: |\n  b\n   c\n\n  d\n\n', '{"a":"b\\n c\\n\\nd\\n"}'],
    ['a: |-\n  b\n', '{"a":"b"}'],
    ['a: |+\n  b\n\n', '{"a":"b\\n\\n"}'],
    ['a: |2-\n    b\nc: 1', '{"a":"  b","c":1}'],
    ['a: |-2 # c\n    b', '{"a":"  b"}'],
    ['a: |# c\n  b', '{"a":"b\\n"}'],
    ['a: |\n  b', '{"a":"b\\n"}'],
    ['a: |\n', '{"a":""}'],
    ['a: |0\n  b', 'syntax'],
    ['a: | b\n', 'syntax'],
    ['a: |\n    \n  b', 'syntax'],
    ['a: |\n\tb', 'tab-indentation'],
    ['a: |\n  b\n \tc: 1', 'tab-indentation'],
    ['a: >\n  b\n  c\n\n  d\n    e\n  f\n  \tg\n', '{"a":"b c\\nd\\n  e\\nf\\n\\tg\\n"}'],
    ['a: >-\n\n  b\n', '{"a":"\\nb"}'],
    ['- |\n a\n- >\n b', '["a\\n","b\\n"]'],
    ['[|\n a]', 'syntax'],
  ],
  tabs: [
    ['a:\tb\t# c', '{"a":"b"}'],
    ['\ta: b', 'tab-indentation'],
    ['- \ta', 'tab-indentation'],
    ['-\ta', 'tab-indentation'],
    ['a: "b\n\tc"', '{"a":"b c"}'],
    ['- [\ta,\n\tb\n\t]', 'tab-indentation'],
    ['[\t"a",\n\t"b"\n\t]', '["a","b"]'],
  ],
  'anchors and aliases': [
    ['a: &x {b: 1}\nc: *x', '{"a":{"b":1},"c":{"b":1}}'],
    ['a: &x\n- b\nc: *x', '{"a":["b"],"c":["b"]}'],
    ['- &x a: 1\n- *x', '[{"a":1},"a"]'],
    ['- &x\n  a: 1\n- *x', '[{"a":1},{"a":1}]'],
    ['a: &x 1\nb: &x 2\nc: *x', '{"a":1,"b":2,"c":2}'],
    ['- &x [&x 1, *x]\n- *x', '[[1,1],1]'],
    ['a: &x k\n*x : v', '{"a":"k","k":"v"}'],
    ['a: &x\nb: *x', '{"a":null,"b":null}'],
    ['a: &x !!str 1\nb: !!str &y 2\nc: [*x,*y]', '{"a":"1","b":"2","c":["1","2"]}'],
    ['a: *x', 'alias'],
    ['a: &x [*x]', 'alias'],
    ['a: &x 1\nb: &y *x', 'syntax'],
    ['a: &x &y 1', 'syntax'],
    ['a: &a.b 1', 'syntax'],
    ['a: &', 'syntax'],
    ['&x\nb: 1\nc: 2', '{"b":1,"c":2}'],
    ['a: 1\n&x\nb: 2', 'syntax'],
  ],
  merging: [
    ['b: &b {p: 1, q: 2}\nm:\n  <<: *b\n  q: 3', '{"b":{"p":1,"q":2},"m":{"p":1,"q":3}}'],
    ['b: &b {p: 1, q: 2}\nm:\n  q: 3\n  <<: *b', '{"b":{"p":1,"q":2},"m":{"q":2,"p":1}}'],
    ['<<: [{a: 1}, {a: 2, b: 3}]', '{"a":1,"b":3}'],
    ['<<: {a: 1}\n<<: {b: 2}', '{"a":1,"b":2}'],
    ['"<<": {a: 1}', '{"<<":{"a":1}}'],
    ['a: <<', '{"a":"<<"}'],
    ['<<: 1', 'invalid-value'],
    ['<<:', 'invalid-value'],
    ['<<: [{a: 1}, 2]', 'invalid-value'],
    ['b: &b [{a: 1}]\nm: {<<: *b}', 'invalid-value'],
  ],
  'markers and directives': [
    ['--- # c\na: 1', '{"a":1}'],
    ['a: --- b', '{"a":"--- b"}'],
    ['a: 1\n ---', '{"a":"1 ---"}'],
    ['a:\n  b: 1\n ---', 'syntax'],
    ['...\na: 1', 'syntax'],
    ['%YAML 1.1\n---\na: 1', 'directive'],
    ['%FOO\na: 1', 'directive'],
    ['a: 1\n%FOO', 'directive'],
    ['# c\n', 'nothing'],
    ['', 'nothing'],
  ],
};

describe.each(Object.entries(groups))('%s', (_name, cases) => {
  it.each(cases)('%j is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

it('reads nginx.conf in single quotes whose lines begin at column 0', () => {
  const text = "data:\n  nginx.conf: '\nevents { }\nhttp {\n  server { listen 80; }\n}\n'\n  other: x\n";
  expect(read(text)).toBe(
    '{"data":{"nginx.conf":" events { } http { server { listen 80; } } ","other":"x"}}',
  );
});

it('takes a key of at most 1024 characters, counted in code points', () => {
  expect(read(`${'😀'.repeat(1024)}: 1`)).toMatch(/^\{/);
  expect(read(`${'a'.repeat(1025)}: 1`)).toBe('syntax');
  expect(read(`"${'a'.repeat(1022)}": 1`)).toMatch(/^\{/);
  expect(read(`"${'a'.repeat(1023)}": 1`)).toBe('syntax');
});
