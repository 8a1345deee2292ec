import type { PodRuntime } from '../../node/index.ts';
import { badRequest, type Pod } from '../../store/index.ts';
import type { Channels } from './channels.ts';
import { failureStatus } from './result.ts';

/**
 * Attaches to a container: what it writes from now on. Its input is not to be had here, as containers are started without one; a caller that wants to write gets told so.
 */
export async function attachToLog(
  runtime: PodRuntime,
  { metadata }: Pod,
  container: string,
  { streams, finish }: Channels,
): Promise<void> {
  if (streams.stdin !== undefined) {
    const why = `container ${container} runs without an input of its own: use kubectl exec -i, or attach without -i`;
    await finish(failureStatus(badRequest(why)));
    return;
  }
  const options = { container, follow: true, sinceTime: new Date().toISOString() };
  try {
    for await (const piece of runtime.logs(metadata.namespace!, metadata.name, options, streams.signal)) {
      await new Promise<void>((resolve) => streams.stdout.write(piece, () => resolve()));
    }
    await finish({ metadata: {}, status: 'Success' });
  } catch (error) {
    await finish(failureStatus(error));
  }
}
