import {
  type ApiObject,
  badRequest,
  type DeleteOptions,
  forbidden,
  StatusError,
  type Store,
  type Writes,
} from '../../store/index.ts';
import { answer } from '../http/answer.ts';
import { parseBody, readObjectText } from '../http/body.ts';
import { type Call, flag } from '../http/call.ts';
import { success } from '../http/status.ts';
import type { Target } from '../path.ts';
import { filterOf } from '../select/index.ts';
import { unsupported } from './options.ts';
import { listOf } from './read.ts';
import { answerObject, formOf } from './represent.ts';

interface ReadOptions extends DeleteOptions {
  readonly dryRun: boolean;
}

/** Kinds whose deletion is answered with the object, also where it is gone at once; all others get a Status then. */
const giveObject: ReadonlySet<string> = new Set(['pods', 'services', 'serviceaccounts', 'namespaces']);

/** Namespaces without which a cluster is none. Source: plugin/pkg/admission/namespace/lifecycle. */
const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

export async function remove(store: Store, call: Call, target: Target): Promise<void> {
  const form = formOf(call);
  const options = await readOptions(call);
  const { resource, name = '', namespace } = target;
  if (resource.name === 'namespaces' && immortal.has(name)) {
    throw forbidden(resource, name, 'this namespace may not be deleted');
  }
  const writer = options.dryRun ? store.dryRun : store;
  const object = writer.delete(resource.name, name, namespace, options);
  const gone = store.get(resource.name, name, namespace) === undefined || options.dryRun;
  if (!gone || giveObject.has(resource.name)) return answerObject(call, 200, target, object);
  const { group, plural } = resource;
  const details = { name, ...(group !== '' && { group }), kind: plural, uid: object.metadata.uid };
  return answer(call, 200, success(details), form);
}

/** Deletes all that the selectors leave, one after the other. */
export async function removeCollection(store: Store, call: Call, target: Target): Promise<void> {
  const form = formOf(call);
  const filter = filterOf(call.query, target.resource);
  const options = await readOptions(call);
  const { resource, namespace } = target;
  const all = store.list(resource.name, namespace);
  const chosen = filter === undefined ? all : all.filter(filter);
  const writer = options.dryRun ? store.dryRun : store;
  for (const object of chosen) removeIfThere(writer, target, object, options);
  answer(call, 200, listOf(target, chosen, { resourceVersion: store.revision }), form);
}

/** Somebody who listens may have deleted it already. */
function removeIfThere(writer: Writes, { resource }: Target, object: ApiObject, options: ReadOptions): void {
  const { name, namespace } = object.metadata;
  try {
    writer.delete(resource.name, name, namespace, options);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 404) throw error;
  }
}

/** The options in the body, else those in the query. Throws a 400 or 422 for what they cannot be. */
async function readOptions(call: Call): Promise<ReadOptions> {
  const body = await readObjectText(call);
  const options =
    body === undefined
      ? fromQuery(call.query)
      : (parseBody(body) as Readonly<Record<string, unknown>> | null);
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw badRequest('decoded object cannot be converted to DeleteOptions');
  }
  if (options.kind !== undefined && options.kind !== 'DeleteOptions') {
    throw badRequest('decoded object cannot be converted to DeleteOptions');
  }
  return checked(options);
}

function fromQuery(query: URLSearchParams): Readonly<Record<string, unknown>> {
  const grace = query.get('gracePeriodSeconds');
  const orphan = query.get('orphanDependents');
  return {
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(orphan !== null && { orphanDependents: flag(query, 'orphanDependents') }),
    ...(query.get('propagationPolicy') && { propagationPolicy: query.get('propagationPolicy') }),
    dryRun: query.getAll('dryRun').filter(Boolean),
  };
}

const policies: readonly string[] = ['Foreground', 'Background', 'Orphan'];

function checked(options: Readonly<Record<string, unknown>>): ReadOptions {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = options;
  const dryRun = (options.dryRun ?? []) as readonly string[];
  for (const value of dryRun)
    if (value !== 'All') throw unsupported('DeleteOptions', 'dryRun', value, ['All']);
  if (
    propagationPolicy !== undefined &&
    propagationPolicy !== null &&
    !policies.includes(String(propagationPolicy))
  ) {
    throw unsupported('DeleteOptions', 'propagationPolicy', String(propagationPolicy), [...policies, 'nil']);
  }
  const orphaned =
    orphanDependents === true ? 'Orphan' : orphanDependents === false ? 'Background' : undefined;
  return {
    gracePeriodSeconds: typeof gracePeriodSeconds === 'number' ? gracePeriodSeconds : undefined,
    propagationPolicy: (propagationPolicy ?? orphaned) as DeleteOptions['propagationPolicy'],
    preconditions: (preconditions ?? undefined) as DeleteOptions['preconditions'],
    dryRun: dryRun.length > 0,
  };
}
