import {
  list,
  type OwnFileKind,
  openOwnFile,
  type Reader,
  type Reading,
  record,
  report,
  text,
} from '../manifest/index.ts';
import type { Diagnostic, FieldPath, Source } from '../model/index.ts';
import type { YamlNode } from '../yaml/index.ts';
import { caseEntry, tableEntry } from './read-pairs.ts';
import { forbidEntry, onlyEntry } from './read-statement.ts';
import type { TestEntry, TestFile } from './types.ts';

/** A test file, or what is wrong with it. */
export type TestFileResult<M> =
  | { readonly file: TestFile<M> }
  /** Not empty; the file is used as a whole or not at all, for a test that is left out looks like one that passes. */
  | { readonly diagnostics: readonly Diagnostic[] };

const testFile: OwnFileKind = { words: 'test file', kind: 'Test', code: 'PC1121' };

/** Decodes a test file; `manifest` reads an entry of its `manifests`. Decoding is strict; nothing throws. */
export function decodeTestFile<M>(source: Source, manifest: Reader<M>): TestFileResult<M> {
  const opened = openOwnFile(source, testFile);
  if ('diagnostics' in opened) return opened;
  const reading: Reading = { source, code: 'PC1120', diagnostics: [] };
  const fields = record(
    {
      apiVersion: text(),
      kind: text(),
      manifests: list(manifest),
      namespace: text('the name of a namespace', /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
      tests: list(testEntry),
    },
    ['tests'],
  );
  const { manifests, namespace, tests = [] } = fields(opened.root, [], reading) ?? {};
  if (reading.diagnostics.length > 0) return { diagnostics: reading.diagnostics };
  if (tests.length === 0) {
    report(reading, opened.root.start, opened.root.end, 'tests is empty: the file tests nothing');
    return { diagnostics: reading.diagnostics };
  }
  return { file: { source, manifests, namespace, tests } };
}

/** What an entry can be, by the field that tells. */
const entryReaders: Readonly<Record<string, Reader<TestEntry>>> = {
  expect: caseEntry,
  table: tableEntry,
  only: onlyEntry,
  forbid: forbidEntry,
};

function testEntry(node: YamlNode, path: FieldPath, reading: Reading): TestEntry | undefined {
  const keys = node.kind === 'mapping' ? node.entries.map(({ key }) => key) : [];
  const kinds = Object.keys(entryReaders).filter((kind) => keys.includes(kind));
  if (kinds.length > 1) {
    const message = `one test cannot have ${kinds.join(' and ')}: make it ${kinds.length} entries`;
    report(reading, node.start, node.end, message);
    return undefined;
  }
  // Without a word that tells, it is read as a case: that names a misspelt field, or what is missing.
  return (entryReaders[kinds[0] ?? ''] ?? caseEntry)(node, path, reading);
}
