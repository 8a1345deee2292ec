import type { Argument, Command, Option } from 'commander';
import { collect } from './input-flags.ts';

/** What completion scripts know of a verb. */
export interface CompletionVerb {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletionFlag[];
  /** What its arguments are: paths, or values that can be listed. */
  readonly operands: 'any' | 'file' | readonly string[];
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
    operands: operandKind(command.registeredArguments[0]),
  }));
}

/** Arguments called `sources` or `FILES` are paths. */
function operandKind(argument: Argument | undefined): CompletionVerb['operands'] {
  if (argument?.argChoices !== undefined) return argument.argChoices;
  return argument !== undefined && /^(sources|files)$/i.test(argument.name()) ? 'file' : 'any';
}

/** A value called `<source>`, `<directory>` or `<file>` is a path. */
function valueKind(option: Option): CompletionFlag['value'] {
  if (option.isBoolean() || (!option.required && !option.optional)) return 'none';
  if (option.argChoices !== undefined) return option.argChoices;
  return /<(source|directory|file)>/.test(option.flags) ? 'file' : 'any';
}

/** The ways to write a flag, the short one first. */
export function spellings({ short, long }: CompletionFlag): readonly string[] {
  return short === undefined ? [long] : [short, long];
}
