import { correlate } from './event-correlation.ts';
import type { ApiObject } from './objects.ts';
import type { Store } from './types.ts';

/** What somebody has to say about an object. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase: `Scheduled`, `Pulled`, `BackOff`. */
  readonly reason: string;
  readonly message: string;
  /** Who says it: `deployment-controller`, `kubelet`. */
  readonly component: string;
  /** The node of a kubelet. */
  readonly host?: string;
  /** Which part of the object: `spec.containers{nginx}`. */
  readonly fieldPath?: string;
}

/**
 * Writes an Event about an object, as the recorder of client-go does: the same note again raises the count of the Event that there is, ten notes that differ in their message alone become one
 * "(combined from similar events)", and who says more than 25 things about one object is heard once in five minutes from then on. Never throws: in a namespace that is going away there are no
 * new Events, and nobody who records one could do anything about it.
 */
export function recordEvent(store: Store, about: ApiObject, note: EventNote): void {
  const now = new Date();
  const { name, namespace, uid, resourceVersion } = about.metadata;
  const { type, reason, component, host, fieldPath } = note;
  const source = host === undefined ? { component } : { component, host };
  const correlated = correlate(store, about, note, now);
  if (correlated === undefined) return;
  const seen = now.toISOString().replace(/\.\d+/, '');
  try {
    if (correlated.known) {
      const { count, message } = correlated;
      const updated = store.modify('events', correlated.name, namespace ?? 'default', (event) => ({
        ...event,
        count,
        message,
        lastTimestamp: seen,
      }));
      if (updated !== undefined) return;
    }
    store.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: correlated.name, namespace: namespace ?? 'default' },
      involvedObject: {
        kind: about.kind,
        ...(namespace === undefined ? {} : { namespace }),
        name,
        uid,
        apiVersion: about.apiVersion,
        resourceVersion,
        ...(fieldPath === undefined ? {} : { fieldPath }),
      },
      reason,
      message: correlated.message,
      source,
      firstTimestamp: correlated.first.toISOString().replace(/\.\d+/, ''),
      lastTimestamp: seen,
      count: correlated.count,
      type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: host ?? '',
    });
  } catch {
    // A namespace that is terminating or gone.
  }
}
