import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldPath } from '../model/index.ts';
import { readDocuments } from '../yaml/index.ts';
import { objectsOf } from './lists.ts';
import { locateIn } from './locate.ts';
import { ObjectOrigin } from './object-origin.ts';
import { readManifests } from './read.ts';

function originOf(text: string, index = 0): ObjectOrigin {
  return readManifests([{ name: 'x.yaml', text }]).objects[index]!.origin as ObjectOrigin;
}

function textAt(origin: ObjectOrigin, path: FieldPath): string {
  const { source, start, end } = origin.locate(path);
  return source.text.slice(start, end);
}

describe('ObjectOrigin.locate', () => {
  it('finds a field with its key', () => {
    const origin = originOf('kind: Namespace\napiVersion: v1\nmetadata:\n  name: a\n  labels: {x: v}\n');
    expect(textAt(origin, ['metadata', 'name'])).toBe('name: a');
    expect(textAt(origin, ['metadata', 'labels', 'x'])).toBe('x: v');
  });

  it('gives the nearest ancestor of what is not there', () => {
    const origin = originOf('kind: Namespace\napiVersion: v1\nmetadata:\n  name: a\n');
    expect(textAt(origin, ['metadata', 'labels', 'x'])).toBe('metadata:\n  name: a');
  });

  it.each([
    'kind: List\nitems:\n  - kind: Namespace\n    apiVersion: v1\n    metadata:\n      name: a\n',
    '{"kind":"List","items":[{"kind":"Namespace","apiVersion":"v1","metadata":{"name": "a"}}]}',
    'kind: List\nitems: [{kind: Namespace, apiVersion: v1, metadata: {name: a}}]\n',
    '# nothing\n---\nkind: Namespace\napiVersion: v1\nmetadata: {name: a}\n---\nkind: Namespace\n',
    '---\n{kind: Namespace, apiVersion: v1, metadata: {name: a}}\n',
    'kind: List\r\nitems:\r\n- kind: Namespace\r\n  apiVersion: v1\r\n  metadata:\r\n    name: a\r\n',
  ])('finds the name in %j', (text) => {
    expect(textAt(originOf(text), ['metadata', 'name'])).toMatch(/^"?name"?: ?"?a"?$/);
  });

  it('follows anchors of the list around the object', () => {
    const text =
      'kind: List\nx: &n {name: a}\nitems:\n- kind: Namespace\n  apiVersion: v1\n  metadata:\n    <<: *n\n    labels: {k: v}\n';
    expect(textAt(originOf(text), ['metadata', 'labels', 'k'])).toBe('k: v');
  });

  it('agrees with the nodes of the document, wherever the object stands', () => {
    const scalar = fc.constantFrom('a', '"b c"', '|\n{pad}  text\n{pad}  more', '[x, {y: z}]', '1');
    const layout = fc.record({
      indent: fc.nat(3),
      documents: fc.nat(2),
      values: fc.array(scalar, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(layout, ({ indent, documents, values }) => {
        const pad = ' '.repeat(indent + 2);
        const fields = values.map((value, i) => `${pad}f${i}: ${value.replaceAll('{pad}', pad)}\n`).join('');
        const list = `kind: List\nitems:\n${' '.repeat(indent)}- kind: A\n${pad}apiVersion: v1\n${fields}`;
        const text = `${'z: 1\n---\n'.repeat(documents)}${list}`;
        const document = [...readDocuments(text)].at(-1)!;
        const { node, path } = objectsOf(document).objects[0]!;
        const origin = new ObjectOrigin({ name: '-', text }, document, node, path);
        for (const i of values.keys()) {
          const { start, end } = origin.locate([`f${i}`]);
          expect({ start, end }).toEqual(locateIn(node, [`f${i}`]));
        }
      }),
    );
  });
});
