import { expect, test } from 'vitest';
import type { Terminal } from '../terminal.ts';
import { readLabInput } from './lab-input.ts';

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
