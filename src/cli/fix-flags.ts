import { type Command, InvalidArgumentError, Option } from 'commander';

/** The flags of fixes, as commander gives them. */
export interface FixFlags {
  readonly fix?: boolean;
  /** So many fixes are shown as patches. */
  readonly fixes?: number;
  /** Which of the fixes is written; true = the best. */
  readonly write?: true | number;
}

/** Adds the flags for fixes. */
export function addFixFlags(command: Command): Command {
  return command
    .option('--fix', 'show the smallest edit of the manifests that lets it through, as a patch')
    .addOption(new Option('--fixes <n>', 'show the n best of them as patches').argParser(readNumber))
    .addOption(
      new Option('--write [n]', 'write the best fix, or the n-th, into the files').argParser(readNumber),
    );
}

/** Is any of them given? Each one means that fixes are looked for. */
export function wantsFix({ fix, fixes, write }: FixFlags): boolean {
  return fix === true || fixes !== undefined || write !== undefined;
}

function readNumber(value: string): number {
  const number = Number(value);
  if (!/^[1-9]\d?$/.test(value)) throw new InvalidArgumentError('Write a number from 1 to 99.');
  return number;
}
