import { Command } from 'commander';
import type { Terminal } from './terminal.ts';
import { type Verb, verbs } from './verbs.ts';

/** The program with the verb that `args` name; the others are there by name and summary alone. */
export async function buildProgram(args: readonly string[], terminal: Terminal): Promise<Command> {
  const called = args.find((arg) => !arg.startsWith('-'));
  const wanted = called === 'help' ? args[args.indexOf(called) + 1] : called;
  return assemble((verb) => verb.name === wanted, terminal);
}

/** The program with every verb and all of its flags. */
export async function buildWholeProgram(terminal: Terminal): Promise<Command> {
  return assemble(() => true, terminal);
}

async function assemble(isWanted: (verb: Verb) => boolean, terminal: Terminal): Promise<Command> {
  const program = new Command('portcullis')
    .description(
      'Who may talk to whom under Kubernetes NetworkPolicy and Istio AuthorizationPolicy, and why.',
    )
    .usage('VERB [flags]')
    .option('--version', 'print the version')
    .addHelpText('after', '\nRun `portcullis VERB --help` for the flags of a verb, with examples.');
  for (const verb of verbs) {
    const command = isWanted(verb) ? (await verb.load())(terminal) : new Command(verb.name);
    command.summary(verb.summary).option('--debug', 'after an internal error, print where it happened');
    program.addCommand(command);
  }
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .showHelpAfterError('(run with --help for the flags and examples)')
      .configureOutput({ writeOut: terminal.print, writeErr: terminal.warn })
      .configureHelp({ helpWidth: 100, showGlobalOptions: false });
  }
  return program;
}
