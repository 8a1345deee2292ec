import { type ApiObject, notFound, StatusError, type Store } from '../../store/index.ts';
import { answer } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import { expired } from '../http/status.ts';
import type { Served, Target } from '../path.ts';
import { filterOf } from '../select/index.ts';
import { toListItem } from '../served.ts';
import { tableOf } from '../table/index.ts';
import { objectsAt } from './past.ts';
import { answerObject, formOf, metadataOf } from './represent.ts';

/** Finds the object that a path names. Throws a 404. */
export function found(store: Store, { resource, name = '', namespace }: Target): ApiObject {
  const object = store.get(resource.name, name, namespace);
  if (object === undefined) throw notFound(resource, name);
  return object;
}

export function get(store: Store, call: Call, target: Target): void {
  answerObject(call, 200, target, found(store, target));
}

/** A list, whole or in pieces (`limit`, `continue`); pieces that follow show what was there when the first was asked for. */
export function list(store: Store, call: Call, target: Target): void {
  const form = formOf(call);
  const { query } = call;
  const filter = filterOf(query, target.resource);
  const piece = readContinue(query.get('continue') ?? '');
  const revision = piece?.revision ?? wantedRevision(query, store);
  const all = objectsAt(store, target.resource.name, target.namespace, revision);
  if (all === undefined) throw piece === undefined ? tooOld(revision, store) : tooOldToContinue();
  const left = piece === undefined ? all : all.filter((object) => keyOf(object) > piece.after);
  const matching = filter === undefined ? left : left.filter(filter);
  const limit = Number(query.get('limit') ?? 0) || matching.length;
  const shown = matching.slice(0, limit);
  const rest = matching.length - shown.length;
  const metadata = {
    resourceVersion: revision,
    ...(rest > 0 && { continue: writeContinue(revision, shown.at(-1)!) }),
    ...(rest > 0 && filter === undefined && { remainingItemCount: rest }),
  };
  const { as } = form;
  if (as === undefined) answer(call, 200, listOf(target, shown, metadata), form);
  else if (as.kind === 'Table') answer(call, 200, tableOf(target, shown, query, as, metadata), form);
  else {
    const items = shown.map((object) => metadataOf(object, as.version));
    const body = {
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${as.version}`,
      metadata,
      items,
    };
    answer(call, 200, body, form);
  }
}

/** `PodList` and its like. */
export function listOf(served: Served, objects: readonly ApiObject[], metadata: object): object {
  const { resource, apiVersion } = served;
  const items = objects.map((object) => toListItem(served, object));
  return { kind: `${resource.kind}List`, apiVersion, metadata, items };
}

/** The state of now, or with `resourceVersionMatch=Exact` that of a version. Throws a 504 for versions to come. */
function wantedRevision(query: URLSearchParams, { revision }: Store): string {
  const asked = query.get('resourceVersion') ?? '';
  if (asked === '' || asked === '0') return revision;
  if (!/^\d+$/.test(asked)) throw invalidVersion(asked);
  if (Number(asked) > Number(revision)) throw tooLargeVersion(asked, revision);
  return query.get('resourceVersionMatch') === 'Exact' ? asked : revision;
}

export function invalidVersion(asked: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(asked)}: strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`;
  return new StatusError(400, 'BadRequest', `resourceVersion: ${message}`);
}

function tooLargeVersion(asked: string, revision: string): StatusError {
  const message = `Timeout: Too large resource version: ${asked}, current: ${revision}`;
  return new StatusError(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

function tooOld(revision: string, store: Store): StatusError {
  return expired(`The resourceVersion for the provided list is too old: ${revision} (${store.revision})`);
}

function tooOldToContinue(): StatusError {
  return expired(
    'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
  );
}

function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

interface Continue {
  readonly revision: string;
  readonly after: string;
}

function writeContinue(revision: string, last: ApiObject): string {
  return Buffer.from(JSON.stringify({ revision, after: keyOf(last) })).toString('base64url');
}

function readContinue(token: string): Continue | undefined {
  if (token === '') return undefined;
  try {
    const { revision, after } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof revision === 'string' && typeof after === 'string') return { revision, after };
  } catch {
    // Told below: whatever is wrong with it, the client did not get it from here.
  }
  throw new StatusError(400, 'BadRequest', 'continue key is not valid');
}
