import { type ApiObject, StatusError, type Store, type StoreEvent } from '../../store/index.ts';
import type { Form } from '../http/accept.ts';
import { type Call, flag } from '../http/call.ts';
import { expired, statusOf } from '../http/status.ts';
import type { Target } from '../path.ts';
import { type Filter, filterOf } from '../select/index.ts';
import { toClient } from '../served.ts';
import { tableOf } from '../table/index.ts';
import { invalidVersion } from './read.ts';
import { formOf, metadataOf } from './represent.ts';

type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

const bookmarkSeconds = 60;
const shortestSeconds = 1800;
/** A client that reads nothing for so long that this much waits for it is let go. */
const mostWaiting = 64 * 1024 * 1024;
const initialEventsEnd = 'k8s.io/initial-events-end';

/**
 * Tells a client of changes, one line of JSON each, until it goes away or its time is up. Without a resourceVersion (or with 0, or with `sendInitialEvents`) it is first told of all that is there.
 */
export function watch(store: Store, call: Call, target: Target): void {
  const { query } = call;
  const filter = filterOf(query, target.resource, target.name);
  const from = query.get('resourceVersion') ?? '';
  const initial = wantsInitial(query, from);
  const missed = initial ? [] : store.since(target.resource.name, from);
  const stream = openStream(store, call, target, formOf(call));
  if (missed === undefined) {
    stream.fail(expired(`too old resource version: ${from} (${store.revision})`));
    return;
  }
  if (initial) tellAll(store, target, filter, stream);
  if (flag(query, 'sendInitialEvents')) stream.bookmark(store.revision, { [initialEventsEnd]: 'true' });
  const tell = (event: StoreEvent): void => {
    const seen = translate(event, target.namespace, filter);
    if (seen !== undefined && Number(event.object.metadata.resourceVersion) > Number(from))
      stream.tell(...seen);
  };
  for (const event of missed) tell(event);
  stream.onEnd(store.subscribe(target.resource.name, tell));
}

function wantsInitial(query: URLSearchParams, from: string): boolean {
  if (!/^\d*$/.test(from)) throw invalidVersion(from);
  const asked = query.get('sendInitialEvents');
  const match = query.get('resourceVersionMatch') ?? '';
  if (asked !== null && match !== 'NotOlderThan')
    throw refusedOptions('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  if (asked === null && match !== '')
    throw refusedOptions('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
  return asked === null ? from === '' || from === '0' : flag(query, 'sendInitialEvents');
}

function refusedOptions(why: string): StatusError {
  const message = `Forbidden: ${why}`;
  const field = 'resourceVersionMatch';
  return new StatusError(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: [{ reason: 'FieldValueForbidden', message, field }],
  });
}

function tellAll(
  store: Store,
  { resource, namespace }: Target,
  filter: Filter | undefined,
  stream: Stream,
): void {
  for (const object of store.list(resource.name, namespace)) {
    if (filter === undefined || filter(object)) stream.tell('ADDED', object);
  }
}

/** What an event is to somebody who sees only what the filter leaves: an object that comes into it is added, one that leaves it deleted. */
function translate(
  event: StoreEvent,
  namespace: string | undefined,
  filter: Filter | undefined,
): [WatchType, ApiObject] | undefined {
  const { type, object } = event;
  if (namespace !== undefined && object.metadata.namespace !== namespace) return undefined;
  if (filter === undefined) return [type, object];
  if (type === 'ADDED') return filter(object) ? [type, object] : undefined;
  const before = filter(event.previous);
  if (type === 'DELETED') return before ? [type, object] : undefined;
  const now = filter(object);
  if (now) return [before ? 'MODIFIED' : 'ADDED', object];
  if (!before) return undefined;
  const { resourceVersion } = object.metadata;
  return ['DELETED', { ...event.previous, metadata: { ...event.previous.metadata, resourceVersion } }];
}

interface Stream {
  tell(type: WatchType, object: ApiObject): void;
  bookmark(revision: string, annotations?: Readonly<Record<string, string>>): void;
  /** Ends the stream with a refusal. */
  fail(error: StatusError): void;
  onEnd(stop: () => void): void;
}

function openStream(store: Store, call: Call, target: Target, form: Form): Stream {
  const { response, query } = call;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();
  const stops: (() => void)[] = [];
  let tables = 0;

  const send = (type: WatchType, object: object): void => {
    if (response.destroyed || response.writableEnded) return;
    response.write(`${JSON.stringify({ type, object })}\n`);
    if (response.writableLength > mostWaiting) response.destroy();
  };
  const shown = (object: ApiObject): object => {
    const { as } = form;
    if (as === undefined) return toClient(target, object);
    if (as.kind !== 'Table') return metadataOf(object, as.version);
    return tableOf(target, [object], query, as, {}, tables++ > 0);
  };
  const bookmark: Stream['bookmark'] = (revision, annotations) => {
    const { apiVersion, resource } = target;
    const metadata = {
      resourceVersion: revision,
      creationTimestamp: null,
      ...(annotations && { annotations }),
    };
    const { as } = form;
    if (as?.kind === 'Table') {
      const mark = { apiVersion: `meta.k8s.io/${as.version}`, kind: 'PartialObjectMetadata', metadata };
      const rows = [{ cells: [], object: mark }];
      const table = { kind: 'Table', apiVersion: mark.apiVersion, metadata: { resourceVersion: revision } };
      send('BOOKMARK', { ...table, columnDefinitions: null, rows });
    } else if (as !== undefined) {
      send('BOOKMARK', { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${as.version}`, metadata });
    } else send('BOOKMARK', { kind: resource.kind, apiVersion, metadata });
  };

  const asked = Number(query.get('timeoutSeconds') ?? 0);
  const seconds = asked > 0 ? asked : shortestSeconds * (1 + Math.random());
  const timeout = setTimeout(() => response.end(), Math.min(seconds, 86_400) * 1000);
  const marks = flag(query, 'allowWatchBookmarks')
    ? setInterval(() => bookmark(store.revision), bookmarkSeconds * 1000)
    : undefined;
  response.on('close', () => {
    clearTimeout(timeout);
    clearInterval(marks);
    for (const stop of stops) stop();
  });
  response.on('error', () => response.destroy());

  return {
    tell: (type, object) => send(type, shown(object)),
    bookmark,
    fail(error) {
      send('ERROR', statusOf(error));
      response.end();
    },
    onEnd: (stop) => void stops.push(stop),
  };
}
