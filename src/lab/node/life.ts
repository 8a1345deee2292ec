import type { Container } from '../store/index.ts';
import { createBox } from './box.ts';
import { capabilitiesOf } from './capabilities.ts';
import { baseEnvironment, type CommandPlace } from './command.ts';
import { type Console, createConsole } from './console.ts';
import { startProcess } from './container-process.ts';
import { environmentOf } from './environment.ts';
import { expand } from './expand.ts';
import type { ContainerLog } from './log.ts';
import { podFiles } from './pod-files.ts';
import type { PodHost } from './pod-host.ts';
import type { Program, Running } from './types.ts';

/** A container between its start and its end. */
export interface Life {
  readonly running: Running;
  readonly command: CommandPlace;
  readonly console: Console;
  readonly startedAt: Date;
}

/**
 * Starts a container's program. Throws a ConfigError or a VolumeError for what the container names and the cluster doesn't have, else whatever the program says why it can't start.
 */
export async function startLife(
  host: PodHost,
  container: Container,
  program: Program,
  log: ContainerLog,
): Promise<Life> {
  const { node, link, sandbox, volumes } = host;
  const { plan } = node.network;
  const pod = host.pod();
  const place = { podIP: link.address, hostIP: plan.nodeAddress };
  const env = { ...baseEnvironment(host.hostname), ...environmentOf(node.store, pod, container, place) };
  const binds = (program.binds ?? []).map((bind) => ({ ...bind, readOnly: true }));
  const mounts = [...volumes.mountsOf(container, env), ...binds];
  const box = createBox({
    sandbox,
    tools: node.tools,
    capabilities: capabilitiesOf(container, program.capabilities),
    root: () => ({
      stage: `${node.directory}/stage`,
      tree: node.tree,
      emptied: program.emptied ?? [],
      files: [...(program.files ?? []), ...podFiles(pod, link.address, plan)],
      mounts,
    }),
  });
  const directory = container.workingDir ?? '/';
  const console = createConsole(container.stdinOnce === true);
  const startedAt = new Date();
  try {
    const running = await program({
      pod,
      container: expanded(container, env),
      network: link.namespace,
      address: link.address,
      env,
      log: (line, stream = 'stdout') => {
        log.line(line);
        void console.output(Buffer.from(`${line}\n`), stream);
      },
      readFile: (path) => box.readFile(path),
      writeFile: async (path, text) => box.writeFile(path, text),
      listDirectory: async (path) => box.listDirectory(path),
      spawn: (argv) =>
        startProcess({
          box,
          setsid: node.tools.setsid,
          command: { argv, env, directory, makeDirectory: true },
          stdin: container.stdin === true,
          tty: container.tty === true,
          log,
          console,
        }),
    });
    return { running, command: { box, env, directory }, console, startedAt };
  } catch (error) {
    await box.close();
    throw error;
  }
}

/** `command` and `args` with the values of `$(NAME)`. */
function expanded(container: Container, env: Readonly<Record<string, string>>): Container {
  const words = (list: readonly string[]): readonly string[] =>
    list.map((word) => expand(word, (name) => env[name]));
  return {
    ...container,
    ...(container.command !== undefined && { command: words(container.command) }),
    ...(container.args !== undefined && { args: words(container.args) }),
  };
}
