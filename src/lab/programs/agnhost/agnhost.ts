import type { ContainerContext, Program, Running } from '../../node/index.ts';
import { commandLine, programName } from '../command-line.ts';
import { FlagError } from '../kit/go-flags.ts';
import { builtIn, gaveUp } from '../kit/running.ts';
import { agnhostScript } from './connect-script.ts';
import { echo } from './echo.ts';
import { netexec } from './netexec.ts';
import { porter } from './porter.ts';
import { serveHostname } from './serve-hostname.ts';
import { testWebserver } from './test-webserver.ts';

type Subcommand = (context: ContainerContext, args: readonly string[]) => Promise<Running>;

const pause: Subcommand = async () => builtIn(() => {});

const subcommands: Readonly<Record<string, Subcommand>> = {
  netexec,
  pause,
  porter,
  'serve-hostname': serveHostname,
  'test-webserver': testWebserver,
};

/** Also as a command for `exec` and as a container's own: a script of the shell, because it has to run in the pod. */
const files = [
  { path: '/agnhost', text: agnhostScript, mode: 0o755 },
  { path: '/usr/local/bin/agnhost', text: agnhostScript, mode: 0o755 },
] as const;

/**
 * Kubernetes' test image, `registry.k8s.io/e2e-test-images/agnhost`: its servers run here, without a process. ENTRYPOINT `/agnhost`, CMD `pause`. Source: test/images/agnhost.
 */
export const agnhost: Program = Object.assign(
  async (context: ContainerContext): Promise<Running> => {
    const words = commandLine(context, { entrypoint: ['/agnhost'], cmd: ['pause'] });
    if (programName(words[0]!) !== 'agnhost') return context.spawn(words);
    return run(context, words.slice(1));
  },
  { files },
);

/**
 * What a user gets who maps an image to `agnhost`: the words of the mapping are run where it has some; without any it answers on every port that the container declares. The container's own
 * `command` and `args` are meant for the program that isn't there, so they are not looked at.
 */
export function mappedAgnhost(args: readonly string[]): Program {
  const start = (context: ContainerContext): Promise<Running> =>
    args.length > 0 ? run(context, args) : echo(context);
  return Object.assign(start, { files });
}

async function run(context: ContainerContext, [name = '', ...args]: readonly string[]): Promise<Running> {
  const subcommand = subcommands[name];
  if (name === 'connect') return context.spawn(['/agnhost', name, ...args]);
  if (subcommand === undefined) {
    const known = [...Object.keys(subcommands), 'connect'].sort().join(', ');
    return gaveUp(context, `Error: unknown command "${name}" for "agnhost"\nThe lab's agnhost has: ${known}`);
  }
  try {
    return await subcommand(context, args);
  } catch (error) {
    if (error instanceof FlagError) return gaveUp(context, `Error: ${error.message}`);
    throw error;
  }
}
