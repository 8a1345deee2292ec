import type { PodRuntime } from '../../node/index.ts';
import type { Pod } from '../../store/index.ts';
import type { Channels } from './channels.ts';
import { failureStatus } from './result.ts';

/** Attaches to a container. How that ended is in the pod's status, where kubectl looks; here is said only that there is no more. */
export async function attach(
  runtime: PodRuntime,
  { metadata }: Pod,
  container: string,
  { streams, finish }: Channels,
): Promise<void> {
  try {
    await runtime.attach(metadata.namespace!, metadata.name, container, streams);
    await finish({ metadata: {}, status: 'Success' });
  } catch (error) {
    await finish(failureStatus(error));
  }
}
