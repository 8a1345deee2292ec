import type { DeleteOptions, Store } from '../../store/index.ts';
import { answer } from '../http/answer.ts';
import { parseBody, readObjectText } from '../http/body.ts';
import type { Call } from '../http/call.ts';
import { methodNotAllowed } from '../http/status.ts';
import type { Target } from '../path.ts';
import { found } from './read.ts';

/** Takes a pod away as `kubectl drain` does. There are no disruption budgets here, so nothing stands against it. */
export async function evict(store: Store, call: Call, target: Target): Promise<void> {
  if (call.method !== 'POST') throw methodNotAllowed();
  const body = await readObjectText(call);
  const { deleteOptions = {} } = (body === undefined ? {} : parseBody(body)) as {
    readonly deleteOptions?: DeleteOptions & { readonly dryRun?: readonly string[] };
  };
  const { name, namespace } = found(store, target).metadata;
  const dryRun = (deleteOptions.dryRun ?? call.query.getAll('dryRun')).includes('All');
  (dryRun ? store.dryRun : store).delete('pods', name, namespace, deleteOptions);
  answer(call, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}
