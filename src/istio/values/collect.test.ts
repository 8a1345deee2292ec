import { expect, test } from 'vitest';
import { type CollectedValues, collectValues, type ValueSources } from './collect.ts';
import { readValuesFile, type ValuesFile } from './values-file.ts';

function file(name: string, text: string): ValuesFile {
  const read = readValuesFile({ name, text });
  if (read.file === undefined) throw new Error(`${name} cannot be read`);
  return read.file;
}

function collect(sources: ValueSources): CollectedValues {
  const collected = collectValues(sources);
  if ('fault' in collected) throw new Error(collected.fault.message);
  return collected;
}

test('files add up in their order, maps deeply, and null takes its place too', () => {
  const files = [
    file('a', 'a: {b: 1, c: {d: 2}}\nl: [1, 2]\n'),
    file('b', 'a: {b: null, c: {e: 3}}\nl: []\n'),
  ];
  expect(collect({ files }).values).toEqual({ a: { b: null, c: { d: 2, e: 3 } }, l: [] });
});

test('flags go over files, in the order of Helm', () => {
  const { values } = collect({
    files: [file('a', 'a: {b: 1, c: 2}\n')],
    setString: ['a.b=3'],
    set: ['a.b=2', 'a.d={x}'],
    setJson: ['a.b={"e": 1}'],
  });
  expect(values).toEqual({ a: { b: '3', c: 2, d: ['x'] } });
});

test('the last place that set a value', () => {
  const { locate } = collect({
    files: [file('one', 'revision: a\nservice: {ports: [{port: 80}]}\n'), file('two', 'revision: b\n')],
    set: ['x=1,service.ports[0].name=http,y=2'],
  });
  expect(locate(['revision'])).toMatchObject({ kind: 'file', span: { source: { name: 'two' } } });
  expect(locate(['service', 'ports', 0, 'port'])).toMatchObject({ span: { source: { name: 'one' } } });
  expect(locate(['service', 'ports', 0, 'name'])).toEqual({
    kind: 'flag',
    flag: '--set',
    text: 'x=1,service.ports[0].name=http,y=2',
    start: 4,
    end: 30,
  });
  // Nobody sets it: what stands nearest above.
  expect(locate(['service', 'ports', 0, 'targetPort'])).toMatchObject({ kind: 'flag' });
  expect(locate(['global', 'hub'])).toBeUndefined();
});

test('a text that cannot be read names its flag', () => {
  expect(collectValues({ setString: ['a=1', 'b'] })).toMatchObject({
    fault: { flag: '--set-string', text: 'b', at: 0, message: 'key "b" has no value' },
  });
});
