import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type Recorded, recorder } from '../../test/support/terminal.ts';
import { listPackageFiles, readPackageFile } from './package-files.ts';
import { run } from './run.ts';
import { styleFor } from './terminal.ts';
import { verbs } from './verbs.ts';

const version = JSON.parse(readPackageFile('package.json') ?? '{}').version;

test('version', async () => {
  const terminal = recorder();
  expect(await run(['--version'], terminal)).toBe(0);
  expect(await run(['version'], terminal)).toBe(0);
  expect(terminal.out).toBe(`${version}\n${version}\n`);
  const json = recorder();
  expect(await run(['version', '-o', 'json'], json)).toBe(0);
  expect(JSON.parse(json.out)).toMatchObject({ kind: 'Version', version });
  const yaml = recorder();
  expect(await run(['version', '-o', 'yaml'], yaml)).toBe(0);
  expect(yaml.out).toContain(`version: "${version}"\n`);
});

test('explain prints the page of a code, or all titles', async () => {
  const pages = listPackageFiles('docs', 'codes');
  const code = pages[0]!.replace('.md', '');
  const one = recorder();
  expect(await run(['explain', code.toLowerCase()], one)).toBe(0);
  expect(one.out).toBe(readPackageFile('docs', 'codes', `${code}.md`));
  const all = recorder();
  expect(await run(['explain'], all)).toBe(0);
  expect(all.out.split('\n').length - 1).toBe(pages.length);
  expect(all.out).toContain(`${code}: `);
});

test('explain of an unknown code suggests others', async () => {
  const terminal = recorder();
  expect(await run(['explain', 'PC0'], terminal)).toBe(64);
  expect(terminal.out).toBe('');
  expect(terminal.err).toMatch(/^error: there is no code PC0\n {2}closest:\n {4}PC\d{4}: /);
  expect(await run(['explain', '../../package'], recorder())).toBe(64);
});

test.each(verbs.map(({ name }) => name))('%s --help has examples', async (name) => {
  const terminal = recorder();
  expect(await run([name, '--help'], terminal)).toBe(0);
  expect(terminal.out).toContain(`Usage: portcullis ${name}`);
  expect(terminal.out).toContain('Examples:\n');
});

test.each(['up', 'status', 'kubectl', 'shell', 'exec', 'logs', 'drops', 'run', 'down', 'doctor', 'istioctl'])(
  'lab %s --help has examples',
  async (name) => {
    const terminal = recorder();
    expect(await run(['lab', name, '--help'], terminal)).toBe(0);
    expect(terminal.out).toContain(`Usage: portcullis lab ${name}`);
    expect(terminal.out).toContain('Examples:\n');
  },
);

test('help on its own', async () => {
  const asked = recorder();
  expect(await run(['--help'], asked)).toBe(0);
  for (const { name, summary } of verbs)
    expect(asked.out).toMatch(new RegExp(`${name} .*${summary.slice(0, 20)}`));
  const bare = recorder();
  expect(await run([], bare)).toBe(64);
  expect(bare.out).toBe('');
  const nested = recorder();
  expect(await run(['help', 'check'], nested)).toBe(0);
  expect(nested.out).toContain('--ignore-kind');
});

test('a bug of ours ends with 70 and shows its place on request', async () => {
  const broken = (): Recorded =>
    recorder({
      print: () => {
        throw new Error('out of order');
      },
    });
  const terminal = broken();
  expect(await run(['explain'], terminal)).toBe(70);
  expect(terminal.err).toContain('internal error: out of order\n');
  expect(terminal.err).toContain('Please report it');
  expect(terminal.err).not.toContain('    at ');
  const debugged = broken();
  expect(await run(['explain', '--debug'], debugged)).toBe(70);
  expect(debugged.err).toContain('    at ');
});

test('colours: a word of the caller, then NO_COLOR, FORCE_COLOR, then the terminal', () => {
  const isTerminal = { print: true, warn: false };
  const coloured = (env: Record<string, string>, output: 'print' | 'warn' = 'print'): boolean =>
    styleFor(recorder({ env, isTerminal }), output).bad('x') !== 'x';
  expect(coloured({ TERM: 'xterm' })).toBe(true);
  expect(coloured({ TERM: 'dumb' })).toBe(false);
  expect(coloured({ NO_COLOR: '1' })).toBe(false);
  expect(coloured({ NO_COLOR: '' })).toBe(true);
  expect(coloured({}, 'warn')).toBe(false);
  expect(coloured({ FORCE_COLOR: '1' }, 'warn')).toBe(true);
  expect(coloured({ FORCE_COLOR: '0' })).toBe(false);
  expect(styleFor(recorder({ isTerminal }), 'print', 'never').bad('x')).toBe('x');
});

test('completion scripts know verbs, flags and choices', async () => {
  const scripts = new Map<string, string>();
  for (const shell of ['bash', 'zsh', 'fish']) {
    const terminal = recorder();
    expect(await run(['completion', shell], terminal)).toBe(0);
    scripts.set(shell, terminal.out);
    for (const word of [
      'check',
      'map',
      'diff',
      'lint',
      'test',
      'explain',
      'ignore-kind',
      'not-yet-valid',
      'fail-on',
      'mutate',
    ])
      expect(terminal.out).toContain(word);
  }
  expect(scripts.get('fish')).toContain(
    "complete -c portcullis -n '__fish_seen_subcommand_from check' -s o -l output -x -a 'text json yaml'",
  );
  expect(scripts.get('zsh')).toContain("'*'{-f,--filename}'[file,");
  expect(scripts.get('zsh')).toContain("'(--expect)'--expect'[");
  expect(await run(['completion', 'tcsh'], recorder())).toBe(64);
});

test.each([
  ['portcullis che', ['check']],
  ['portcullis check --expect ', ['allow', 'deny', 'unknown']],
  ['portcullis check a b --ex', ['--expect']],
  ['portcullis completion f', ['fish']],
  ['portcullis diff schema/portcullis-t', ['schema/portcullis-test.schema.json']],
  ['portcullis lint --baseline LIC', ['LICENSE']],
  ['portcullis check --header ', []],
  ['portcullis la', ['lab']],
  ['portcullis lab do', ['down', 'doctor']],
  ['portcullis lab up --node-agent ', ['kube-router', 'calico']],
  ['portcullis lab run scenarios/two', ['scenarios/two-namespaces']],
])('bash completes %j', async (line, expected) => {
  const terminal = recorder();
  await run(['completion', 'bash'], terminal);
  const words = line.split(' ');
  const ask = [
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})`,
    `COMP_CWORD=${words.length - 1}`,
    '_portcullis',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ];
  const { stdout } = spawnSync('bash', ['-c', [terminal.out, ...ask].join('\n')], { encoding: 'utf8' });
  expect(stdout.split('\n').filter(Boolean)).toEqual(expected);
});
