import type { Readable } from 'node:stream';
import type { Container } from '../store/index.ts';
import type { Born } from './birth.ts';
import { createBox } from './box.ts';
import { capabilitiesOf } from './capabilities.ts';
import { baseEnvironment, type CommandPlace } from './command.ts';
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
  const mounts = volumes.mountsOf(container, env);
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
  const write = { stdout: log.line, stderr: log.line };
  const startedAt = new Date();
  try {
    const running = await program({
      pod,
      container: expanded(container, env),
      network: link.namespace,
      address: link.address,
      env,
      log: (line, stream = 'stdout') => write[stream](line),
      readFile: (path) => box.readFile(path),
      listDirectory: async (path) => box.listDirectory(path),
      spawn: async (argv) => {
        const streams = { stdin: container.stdin === true };
        const born = await box.start({ argv, env, directory, makeDirectory: true, streams });
        return runningProcess(born, log);
      },
    });
    return { running, command: { box, env, directory }, startedAt };
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

function runningProcess(born: Born, log: ContainerLog): Running {
  const copied = [born.stdout!, born.stderr!].map((stream) => {
    const writer = log.writer();
    readGently(stream, writer.write);
    return ended(stream).then(writer.end);
  });
  // With process 1 the kernel ends all others, so that nobody holds the pipes any more.
  const exited = born.exited.then(async (exit) => {
    await Promise.all(copied);
    return exit;
  });
  return { exited, signal: (name) => born.kill(name) };
}

/** Reads a stream, but of a program that writes without end only for a part of the time: everything else of the lab is in the same event loop. */
function readGently(stream: Readable, take: (bytes: Buffer) => void): void {
  /** So many times as long as the work took. */
  const restShare = 8;
  const shortestRest = 24;
  let restUntil = 0;
  stream.on('data', (bytes: Buffer) => {
    const start = performance.now();
    take(bytes);
    const spent = performance.now() - start;
    restUntil = Math.max(restUntil, start) + spent * restShare;
    const rest = restUntil - performance.now();
    if (rest < shortestRest) return;
    stream.pause();
    setTimeout(() => stream.resume(), rest);
  });
}

/** Resolves when nothing more comes; a stream may have ended before anybody looked. */
function ended(stream: Readable): Promise<void> {
  if (stream.closed) return Promise.resolve();
  return new Promise((resolve) => stream.once('close', resolve));
}
