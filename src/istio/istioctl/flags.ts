/** A flag of a command. A switch takes a value only as `--name=value`. */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly kind: 'text' | 'switch' | 'number';
}

/** The arguments of a command, taken apart. */
export interface Parsed {
  readonly words: readonly string[];
  readonly values: ReadonlyMap<string, string>;
}

type Step =
  | { readonly failure: string }
  | { readonly flag: Flag; readonly value: string; readonly next: number };

/** Flags that every command of istioctl has. */
export const rootFlags: readonly Flag[] = [
  { name: 'help', short: 'h', kind: 'switch' },
  { name: 'namespace', short: 'n', kind: 'text' },
  { name: 'istioNamespace', short: 'i', kind: 'text' },
  { name: 'kubeconfig', short: 'c', kind: 'text' },
  { name: 'context', kind: 'text' },
  { name: 'as', kind: 'text' },
  { name: 'as-uid', kind: 'text' },
  { name: 'as-group', kind: 'text' },
  { name: 'kubeclient-timeout', kind: 'text' },
  { name: 'vklog', kind: 'number' },
  { name: 'log_as_json', kind: 'switch' },
  { name: 'log_caller', kind: 'text' },
  { name: 'log_output_level', kind: 'text' },
  { name: 'log_stacktrace_level', kind: 'text' },
  { name: 'log_target', kind: 'text' },
];

/**
 * Takes arguments apart as istioctl's flag library does: flags and words in any order, `--name value`, `--name=value`, `-n value`, `-n=value`, `-nvalue`, switches put
 * together, `--` as the end of flags. Gives the failure in its words. Source: spf13/pflag.
 */
export function parseFlags(
  args: readonly string[],
  flags: readonly Flag[],
): Parsed | { readonly failure: string } {
  const words: string[] = [];
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; ) {
    const arg = args[i]!;
    if (arg === '--') return { words: [...words, ...args.slice(i + 1)], values };
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg);
      i++;
      continue;
    }
    const steps = arg.startsWith('--') ? [longFlag(args, i, flags)] : shortFlags(args, i, flags);
    for (const step of steps) {
      if ('failure' in step) return step;
      const failure = valueFailure(step.flag, step.value);
      if (failure !== undefined) return { failure };
      values.set(step.flag.name, step.flag.kind === 'switch' ? String(readBoolean(step.value)) : step.value);
      i = step.next;
    }
  }
  return { words, values };
}

function longFlag(args: readonly string[], at: number, flags: readonly Flag[]): Step {
  const text = args[at]!.slice(2);
  if (text.startsWith('-') || text.startsWith('=')) return { failure: `bad flag syntax: ${args[at]}` };
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const flag = flags.find((each) => each.name === name);
  if (flag === undefined) return { failure: `unknown flag: --${name}` };
  if (equals >= 0) return { flag, value: text.slice(equals + 1), next: at + 1 };
  if (flag.kind === 'switch') return { flag, value: 'true', next: at + 1 };
  const value = args[at + 1];
  return value === undefined
    ? { failure: `flag needs an argument: --${name}` }
    : { flag, value, next: at + 2 };
}

function shortFlags(args: readonly string[], at: number, flags: readonly Flag[]): readonly Step[] {
  const steps: Step[] = [];
  for (let rest = args[at]!.slice(1); rest !== ''; rest = rest.slice(1)) {
    const flag = flags.find(({ short }) => short === rest[0]);
    if (flag === undefined)
      return [...steps, { failure: `unknown shorthand flag: '${rest[0]}' in -${rest}` }];
    if (rest.length > 2 && rest[1] === '=') return [...steps, { flag, value: rest.slice(2), next: at + 1 }];
    if (flag.kind === 'switch') {
      steps.push({ flag, value: 'true', next: at + 1 });
      continue;
    }
    if (rest.length > 1) return [...steps, { flag, value: rest.slice(1), next: at + 1 }];
    const value = args[at + 1];
    if (value === undefined) return [...steps, { failure: `flag needs an argument: '${rest}' in -${rest}` }];
    return [...steps, { flag, value, next: at + 2 }];
  }
  return steps;
}

function valueFailure({ kind, name, short }: Flag, value: string): string | undefined {
  const said = short === undefined ? `--${name}` : `-${short}, --${name}`;
  const refusal = `invalid argument ${JSON.stringify(value)} for "${said}" flag: strconv.`;
  const parsing = `: parsing ${JSON.stringify(value)}: invalid syntax`;
  if (kind === 'switch' && readBoolean(value) === undefined) return `${refusal}ParseBool${parsing}`;
  if (kind === 'number' && !/^[-+]?\d+$/.test(value)) return `${refusal}ParseInt${parsing}`;
  return undefined;
}

function readBoolean(text: string): boolean | undefined {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}
