import { authzCheck, authzCheckUsage } from './authz-check.ts';
import { type Flag, type Parsed, parseFlags, rootFlags } from './flags.ts';
import { failed } from './output.ts';
import { proxyConfigLog, proxyConfigLogUsage } from './proxy-config-log.ts';
import type { IstioctlOutput, IstioctlWorld } from './types.ts';

interface Command {
  /** Word by word, with the other names of each. */
  readonly path: readonly (readonly string[])[];
  readonly flags: readonly Flag[];
  readonly usage: string;
  readonly run: (parsed: Parsed, world: IstioctlWorld) => Promise<IstioctlOutput>;
}

const adminPort: Flag = { name: 'proxy-admin-port', kind: 'number' };

const commands: readonly Command[] = [
  {
    path: [['experimental', 'x', 'exp'], ['authz'], ['check']],
    flags: [...rootFlags, adminPort, { name: 'file', short: 'f', kind: 'text' }],
    usage: authzCheckUsage,
    run: authzCheck,
  },
  {
    path: [
      ['proxy-config', 'pc'],
      ['log', 'o'],
    ],
    flags: [
      ...rootFlags,
      adminPort,
      { name: 'output', short: 'o', kind: 'text' },
      { name: 'reset', short: 'r', kind: 'switch' },
      { name: 'selector', short: 'l', kind: 'text' },
      { name: 'level', kind: 'text' },
    ],
    usage: proxyConfigLogUsage,
    run: proxyConfigLog,
  },
];

/**
 * What istioctl writes for `args`, its arguments, byte for byte: `experimental authz check` and `proxy-config log`, as of 1.30.3. Only the usage text is shorter.
 * Undefined for every other command.
 */
export async function istioctl(
  args: readonly string[],
  world: IstioctlWorld,
): Promise<IstioctlOutput | undefined> {
  for (const command of commands) {
    const rest = behindPath(args, command);
    if (rest === undefined) continue;
    const parsed = parseFlags(rest, command.flags);
    if ('failure' in parsed) return failed(parsed.failure, { exit: 64 });
    if (parsed.values.get('help') === 'true') return { stdout: command.usage, stderr: '', exit: 0 };
    return command.run(parsed, world);
  }
  return undefined;
}

/** The arguments without the words of the command, between which flags may stand; undefined where they name another command. */
function behindPath(args: readonly string[], { path, flags }: Command): readonly string[] | undefined {
  const rest: string[] = [];
  let depth = 0;
  for (let i = 0; i < args.length && depth < path.length; i++) {
    const arg = args[i]!;
    if (arg.startsWith('-')) {
      rest.push(arg);
      if (takesNext(arg, flags) && i + 1 < args.length) rest.push(args[++i]!);
    } else if (path[depth]!.includes(arg)) depth++;
    else return undefined;
    if (depth === path.length) return [...rest, ...args.slice(i + 1)];
  }
  return undefined;
}

function takesNext(arg: string, flags: readonly Flag[]): boolean {
  return flags.some(
    ({ kind, name, short }) =>
      kind !== 'switch' && (arg === `--${name}` || (short !== undefined && arg === `-${short}`)),
  );
}
