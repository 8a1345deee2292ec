import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { LabHandle } from '../../lab/index.ts';
import { quoteForShell } from '../../report/index.ts';
import type { Terminal } from '../terminal.ts';
import { chooseLab } from './choose-lab.ts';
import { findProgram } from './find-program.ts';
import { labEnvironment } from './kubectl-run.ts';
import type { NameFlag } from './name-flag.ts';
import { runInherited } from './run-inherited.ts';

/** Runs the user's shell with everything in it leading to a lab, and gives its exit code. Throws Refusal. */
export async function shell({ name }: NameFlag, terminal: Terminal): Promise<number> {
  const lab = chooseLab(name, terminal);
  const program = terminal.env.SHELL ?? findProgram('bash', terminal.env) ?? '/bin/sh';
  const directory = writeStandIns(lab);
  // npm leaves there where it was called; a verb that is called in this shell is called where the shell is.
  const { INIT_CWD: _left, ...env } = terminal.env;
  const { words, variables } = promptOf(program, lab, directory, terminal);
  return runInherited(
    [program, ...words],
    { ...env, ...labEnvironment(lab), PATH: `${env.PATH ?? ''}:${join(directory, 'bin')}`, ...variables },
    terminal.cwd,
  );
}

/**
 * Writes, on the lab's own file system, what stands in for programs that this machine lacks; it is last on PATH, so that the real ones go first. Gives the directory.
 */
function writeStandIns({ kubeconfig }: LabHandle): string {
  const directory = join(dirname(kubeconfig), 'shell');
  mkdirSync(join(directory, 'bin'), { recursive: true });
  const self = [process.execPath, ...process.execArgv, process.argv[1]!].map(quoteForShell).join(' ');
  for (const [name, words] of [
    ['istioctl', 'lab istioctl'],
    ['portcullis', ''],
  ] as const) {
    const line = `exec ${self} ${words} "$@"`.replace('  ', ' ');
    writeFileSync(join(directory, 'bin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  }
  return directory;
}

interface Prompt {
  readonly words: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** How a shell is told to show the lab's name: behind the user's own settings, which stay in force. */
function promptOf(program: string, { name }: LabHandle, directory: string, { env }: Terminal): Prompt {
  const kind = basename(program);
  const home = env.HOME ?? '/';
  const label = `(lab ${name}) `;
  if (kind === 'bash') {
    const file = join(directory, 'bashrc');
    writeFileSync(file, `[ -f ~/.bashrc ] && . ~/.bashrc\nPS1=${quoteForShell(label)}"$PS1"\n`);
    return { words: ['--rcfile', file], variables: {} };
  }
  if (kind === 'zsh') {
    const own = env.ZDOTDIR ?? home;
    const lines = [`ZDOTDIR=${quoteForShell(own)}`, '[ -f "$ZDOTDIR/.zshrc" ] && . "$ZDOTDIR/.zshrc"'];
    writeFileSync(join(directory, '.zshrc'), [...lines, `PS1=${quoteForShell(label)}"$PS1"`, ''].join('\n'));
    return { words: [], variables: { ZDOTDIR: directory } };
  }
  if (kind === 'fish') {
    const start = `functions -c fish_prompt portcullis_prompt; function fish_prompt; echo -n ${quoteForShell(label)}; portcullis_prompt; end`;
    return { words: ['-C', start], variables: {} };
  }
  return { words: [], variables: { PS1: `${label}$ ` } };
}
