import { Command } from 'commander';
import { addInputFlags, type InputFlags } from './input-flags.ts';

/** The flags for the input as words of a command line: what another verb has to be told to read the same. */
export function inputWords(flags: InputFlags): readonly string[] {
  const values = flags as Readonly<Record<string, unknown>>;
  return addInputFlags(new Command()).options.flatMap((option) => {
    const flag = option.short ?? option.long ?? '';
    const value = values[option.attributeName()];
    if (value === undefined || value === false) return [];
    if (value === true) return [flag];
    return [value].flat().flatMap((each) => [flag, String(each)]);
  });
}
