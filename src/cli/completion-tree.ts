import type { Argument, Command, Option } from 'commander';
import { collect } from './input-flags.ts';

/** What completion scripts know of a verb. */
export interface CompletionVerb {
  /** Of a verb below another one its words: `lab up`. */
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletionFlag[];
  /** What its arguments are: paths, or values that can be listed; of a verb with others below it, theirs. */
  readonly operands: 'any' | 'file' | readonly string[];
  readonly verbs: readonly CompletionVerb[];
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
  return verbsOf(program, '');
}

function verbsOf(parent: Command, front: string): CompletionVerb[] {
  const help = parent.createHelp();
  const shown = help.visibleCommands(parent).filter((command) => command.name() !== 'help');
  return shown.map((command) => {
    const verbs = verbsOf(command, `${front}${command.name()} `);
    return {
      name: `${front}${command.name()}`,
      summary: command.summary() || firstSentence(command.description()),
      flags: flagsOf(command),
      operands:
        verbs.length > 0
          ? verbs.map(({ name }) => lastWord(name))
          : operandKind(command.registeredArguments[0]),
      verbs,
    };
  });
}

/** The word by which a verb is called behind those above it. */
export function lastWord(name: string): string {
  return name.slice(name.lastIndexOf(' ') + 1);
}

function firstSentence(text: string): string {
  return text.replace(/[.:?] .*$/s, '').replace(/\.$/, '');
}

function flagsOf(command: Command): CompletionFlag[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => option.long !== undefined)
    .map((option) => ({
      long: option.long ?? '',
      short: option.short,
      description: option.description,
      value: valueKind(option),
      repeats: option.parseArg === collect,
    }));
}

/** Arguments called `sources`, `FILES` or `SCENARIO` are paths. */
function operandKind(argument: Argument | undefined): CompletionVerb['operands'] {
  if (argument?.argChoices !== undefined) return argument.argChoices;
  return argument !== undefined && /^(sources|files|scenario)$/i.test(argument.name()) ? 'file' : 'any';
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
