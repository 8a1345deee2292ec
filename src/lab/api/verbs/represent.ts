import type { ApiObject } from '../../store/index.ts';
import { type Form, negotiate } from '../http/accept.ts';
import { answer } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import type { Served } from '../path.ts';
import { toClient } from '../served.ts';
import { tableOf } from '../table/index.ts';

const meta = 'meta.k8s.io';
const forms = ['v1', 'v1beta1'].flatMap((version) =>
  ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'].map((kind) => `${kind}.${version}.${meta}`),
);

/** In what form a resource is wanted: itself, a table for people, or its metadata alone. Throws a 406. */
export function formOf(call: Call): Form {
  return negotiate(call, forms);
}

/** One object in the form that was asked for. */
function represent(served: Served, object: ApiObject, call: Call, { as }: Form): object {
  if (as === undefined) return toClient(served, object);
  if (as.kind === 'Table') return tableOf(served, [object], call.query, as, {});
  return metadataOf(object, as.version);
}

/** The object's metadata as an object of its own. */
export function metadataOf({ metadata }: ApiObject, version: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `${meta}/${version}`, metadata };
}

/** Answers with one object. */
export function answerObject(call: Call, code: number, served: Served, object: ApiObject): void {
  const form = formOf(call);
  answer(call, code, represent(served, object, call, form), form);
}
