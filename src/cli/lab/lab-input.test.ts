import { expect, test } from 'vitest';
import type { Terminal } from '../terminal.ts';
import { countPods, readLabInput } from './lab-input.ts';

function terminalWith(input: string): { readonly terminal: Terminal; readonly warned: string[] } {
  const warned: string[] = [];
  const terminal: Terminal = {
    print: () => {},
    warn: (text) => void warned.push(text),
    readInput: async () => Buffer.from(input),
    env: {},
    cwd: '/',
    isTerminal: { print: false, warn: false },
    exitCode: 0,
  };
  return { terminal, warned };
}

const good = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n';

test.each([
  ['nothing wrong', good, 1, 0, ''],
  ['a document that is no YAML', `${good}---\na: [\n`, 1, 1, 'PC1001'],
  ['an object without a name', `${good}---\napiVersion: v1\nkind: Namespace\n`, 1, 1, 'metadata.name'],
  [
    'a kind that verdicts do not read',
    `${good}---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\n`,
    2,
    0,
    '',
  ],
])(
  '%s: what is good of it is applied, what is wrong is counted',
  async (_, text, applied, rejected, told) => {
    const { terminal, warned } = terminalWith(text);
    const input = await readLabInput({ filename: ['-'], timeout: '60s', wait: true }, terminal);
    expect(input.objects).toHaveLength(applied);
    expect(input.rejected).toBe(rejected);
    expect(warned.join('')).toContain(told);
  },
);

test('pods are counted where they stand alone, and by the replicas of workloads', async () => {
  const text = [
    good,
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: i}]}\n',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: b, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: u}]}\nspec: {containers: [{name: c, image: i}]}\n',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: 3, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}\n',
  ].join('---\n');
  const { terminal } = terminalWith(text);
  const { objects } = await readLabInput({ filename: ['-'], timeout: '60s', wait: true }, terminal);
  expect(objects).toHaveLength(4);
  expect(countPods(objects)).toBe(4);
});
