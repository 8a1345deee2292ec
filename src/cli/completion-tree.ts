import type { Command, Option } from 'commander';
import { collect } from './input-flags.ts';

/** What completion scripts know of a verb. */
export interface CompletionVerb {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletionFlag[];
  /** Values of its first argument, where these can be listed. */
  readonly choices: readonly string[];
}

export interface CompletionFlag {
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  readonly value: 'none' | 'any' | 'file' | readonly string[];
  readonly repeats: boolean;
}

/** Reads the verbs, flags and choices off a commander program. */
export function completionTree(program: Command): CompletionVerb[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    flags: command
      .createHelp()
      .visibleOptions(command)
      .filter((option) => option.long !== undefined)
      .map((option) => ({
        long: option.long ?? '',
        short: option.short,
        description: option.description,
        value: valueKind(option),
        repeats: option.parseArg === collect,
      })),
    choices: command.registeredArguments[0]?.argChoices ?? [],
  }));
}

/** A value called `<source>` or `<directory>` is a path. */
function valueKind(option: Option): CompletionFlag['value'] {
  if (option.isBoolean() || (!option.required && !option.optional)) return 'none';
  if (option.argChoices !== undefined) return option.argChoices;
  return /<(source|directory)>/.test(option.flags) ? 'file' : 'any';
}

/** The ways to write a flag, the short one first. */
export function spellings({ short, long }: CompletionFlag): readonly string[] {
  return short === undefined ? [long] : [short, long];
}
