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
    .enablePositionalOptions()
    .option('--version', 'print the version')
    .addHelpText('after', '\nRun `portcullis VERB --help` for the flags of a verb, with examples.');
  for (const verb of verbs) {
    const command = isWanted(verb) ? (await verb.load())(terminal) : new Command(verb.name);
    program.addCommand(command.summary(verb.summary));
  }
  for (const command of withAllBelow(program)) {
    if (command !== program) command.option('--debug', 'after an internal error, print where it happened');
    command
      .exitOverride()
      .showHelpAfterError('(run with --help for the flags and examples)')
      .configureOutput({ writeOut: terminal.print, writeErr: terminal.warn })
      .configureHelp({ helpWidth: 100, showGlobalOptions: false });
  }
  return program;
}

/** A command and all verbs below it: what commander does at an error is each command's own. */
function withAllBelow(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}
