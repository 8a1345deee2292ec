import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { type LabOptions, labDirectory } from '../launch/index.ts';
import { openLifeline } from './messages.ts';

/**
 * The process inside: number 1 of the lab's own namespaces, root in them, an ordinary user outside. Started by `startLab`, with the API's listening socket as descriptor 3 and a line to its starter as 4.
 * Whatever ends it, the kernel ends everything else of the lab.
 */
const listenerFd = 3;
const options = JSON.parse(process.argv.at(-1)!) as LabOptions;
const end = (): never => process.exit(0);
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, end);

const lifeline = openLifeline(end);
prepareFiles();
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => report('uncaught', error));
process.on('unhandledRejection', (error) => report('unhandled', error));

void start();

async function start(): Promise<void> {
  try {
    const { runLab } = await import('./lab.ts');
    await runLab(options, listenerFd, {
      progress: (text) => lifeline.say({ kind: 'progress', text }),
      report,
    });
    lifeline.say({ kind: 'ready' });
  } catch (error) {
    const { message, stack } = error as Error;
    report('start', error);
    lifeline.say({ kind: 'failed', message, details: (stack ?? '').split('\n').slice(1) });
  }
}

/** Everything that the lab writes goes to file systems of its own, which nobody outside sees but through /proc. */
function prepareFiles(): void {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run'], {
    encoding: 'utf8',
  });
  if (mounted.status !== 0) throw new Error(`mount of a tmpfs at /run: ${mounted.stderr.trim()}`);
  mkdirSync(`${labDirectory}/kubectl-cache`, { recursive: true, mode: 0o700 });
}

/** A mistake in the lab itself: kept in its own log, and shown to who started it, while that one listens. The lab goes on. */
function report(where: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  appendFileSync(`${labDirectory}/lab.log`, `${new Date().toISOString()} ${where}: ${text}\n`);
  process.stderr.write(`${where}: ${text}\n`);
}
