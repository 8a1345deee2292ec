import { openDesk } from '../../src/cli/test-desk.ts';
import type { Cluster } from '../../src/cluster/index.ts';
import { mapReach } from '../../src/reach/index.ts';
import { manifestEntry } from '../../src/sources/index.ts';
import {
  type AssertionResult,
  decodeTestFile,
  type EntryResult,
  runTests,
  type TestedCluster,
  titleOfResult,
} from '../../src/testing/index.ts';

/** Runs the `tests` of a test file, given as YAML, on a cluster; names without a namespace are in `shop`. */
export function runTestsOn(cluster: Cluster, tests: string): TestedCluster {
  const text = `apiVersion: portcullis.dev/v1alpha1\nkind: Test\ntests:\n${tests}`;
  const result = decodeTestFile({ name: 'a.portcullis-test.yaml', text }, manifestEntry);
  if ('diagnostics' in result) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  const desk = openDesk(cluster, 'shop');
  const reach = mapReach(cluster);
  const map = () => reach;
  return { desk, map, entries: runTests(result.file.tests, { desk, map }) };
}

/** The results of a run, one after the other. */
export function resultsOf({ entries }: TestedCluster): readonly AssertionResult[] {
  return entries.flatMap(({ results }) => results);
}

/** `passed name`, `failed name: pair`. */
export function statusesOf({ entries }: TestedCluster): readonly string[] {
  return entries.flatMap((entry: EntryResult) =>
    entry.results.map((result) => `${result.status} ${titleOfResult(entry.entry, result)}`),
  );
}
