import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStore, type NewObject } from '../../store/index.ts';
import { installDefaults } from '../defaults/index.ts';
import { tableOf } from './index.ts';

/** Rows of the API server's own printers (k8s.io/kubernetes v1.36.3). */
interface Case {
  readonly object: NewObject;
  readonly columns: readonly string[];
  readonly cells: readonly unknown[];
}

const cases = readFileSync(join(import.meta.dirname, 'table.cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

/** Cells as text; ages are of the moment. */
const shown = (cells: readonly unknown[]) =>
  cells.map((cell) => String(cell).replace(/^\d+s$|^<unknown>$/, 'AGE'));

it.each(cases)('a $object.kind is shown as the API server shows it', ({ object, columns, cells }) => {
  const store = createStore();
  installDefaults(store);
  const { namespace } = object.metadata;
  if (namespace !== undefined)
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const resource = store.resourceOf(object.apiVersion, object.kind)!;
  const { group, versions } = resource;
  const served = { resource, group, version: versions[0]!, apiVersion: object.apiVersion };
  const as = { kind: 'Table', group: 'meta.k8s.io', version: 'v1' };
  const { rows, columnDefinitions } = tableOf(
    served,
    [store.create(object)],
    new URLSearchParams(),
    as,
    {},
  ) as {
    readonly rows: readonly { readonly cells: readonly unknown[] }[];
    readonly columnDefinitions: readonly { name: string; type: string; priority: number }[];
  };
  expect(columnDefinitions.map(({ name, type, priority }) => `${name}/${type}/${priority}`)).toEqual(columns);
  expect(shown(rows[0]!.cells)).toEqual(shown(cells));
});
