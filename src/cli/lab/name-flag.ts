import type { Command } from 'commander';

/** The flag that says which lab is meant. */
export interface NameFlag {
  readonly name?: string;
}

/** Adds `--name` to a verb of the lab. */
export function addNameFlag(command: Command): Command {
  return command.option('--name <name>', 'which lab, where several run (lab)');
}
