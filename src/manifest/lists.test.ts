import { expect, it } from 'vitest';
import { readDocuments } from '../yaml/index.ts';
import { objectsOf } from './lists.ts';

function read(text: string): unknown {
  const { objects, problems } = objectsOf([...readDocuments(text)][0]!);
  return {
    objects: objects.map(({ apiVersion, kind, path }) => [apiVersion, kind, path.join('.')].join(' ')),
    problems: problems.map(({ path, message }) => `${path.join('.')}: ${message}`),
  };
}

it.each([
  ['apiVersion: v1\nkind: Pod\n', ['v1 Pod ']],
  ['apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n', ['v1 Pod items.0']],
  ['apiVersion: v1\nkind: PodList\nitems:\n- {metadata: {name: a}}\n', ['v1 Pod items.0']],
  ['apiVersion: v1\nkind: PodList\nitems:\n- {apiVersion: v1, kind: Node}\n', ['v1 Node items.0']],
  ['apiVersion: v1\nkind: List\n', ['v1 List ']],
  ['apiVersion: v1\nkind: List\nitems:\n', []],
  ['apiVersion: v1\nkind: PodList\nitems:\n-\n- {kind: 5}\n', ['v1 Pod items.0', 'v1 Pod items.1']],
  ['apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: List}]\n', ['v1 List items.0']],
  ['kind: Pod\n', [' Pod ']],
  ['# nothing\n', []],
  ['~\n', []],
])('reads %j', (text, objects) => {
  expect(read(text)).toEqual({ objects, problems: [] });
});

it.each([
  ['- a\n', ': an object is expected here, not a list'],
  ['text\n', ': an object is expected here, not a single value'],
  ['metadata: {name: a}\n', ': an object without kind'],
  ['kind: 3\n', ': kind must be a string'],
  ['kind: ""\n', ': kind is empty'],
  ['apiVersion: a/b/c\nkind: Pod\n', ': apiVersion a/b/c has more than one slash'],
  ['apiVersion: 1\nkind: Pod\n', 'apiVersion: apiVersion must be a string'],
  ['kind: List\nitems: [{kind: Pod}]\n', 'items.0: an object of a list without apiVersion'],
  [
    'kind: List\nitems: [{apiVersion: v1, kind: Pod}, text]\n',
    'items.1: an object is expected here, not a single value',
  ],
  [
    'kind: List\nitems: [{apiVersion: v1, kind: Pod}, {kind: PodList, items: []}]\n',
    'items.1: a PodList inside a List',
  ],
  ['kind: List\nitems: {}\n', 'items: items of a List must be a list'],
  ['kind: List\nitems: [{kind: List, items: []}]\n', 'items.0: a List inside a List'],
  ['kind: List\nitems: [{metadata: {name: a}}]\n', 'items.0: an object without kind'],
])('refuses %j', (text, problem) => {
  expect(read(text)).toEqual({ objects: [], problems: [problem] });
});

it('keeps the good items beside a bad one', () => {
  expect(read('kind: List\nitems:\n-\n- {apiVersion: v1, kind: Pod}\n')).toEqual({
    objects: ['v1 Pod items.1'],
    problems: ['items.0: an object is expected here, not null'],
  });
});
