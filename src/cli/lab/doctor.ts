import { Command, Option } from 'commander';
import type { Terminal } from '../terminal.ts';

/** The flags of `lab doctor`, as commander gives them. */
export interface DoctorFlags {
  readonly output: 'text' | 'json';
}

const examples = `
It tries the real thing: namespaces, mounts and rules of a kind that the lab needs, which are gone again when it ends.

Exit codes: 0 this machine can run a lab; 1 it cannot as it is.

Examples:
  portcullis lab doctor
  portcullis lab doctor -o json`;

/** `portcullis lab doctor`. */
export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description('Can this machine run a lab? If not: the one command that changes it.')
    .addOption(
      new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', examples)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('./doctor-run.ts');
      terminal.exitCode = await doctor(flags, terminal);
    });
}
