import {
  type ApiObject,
  type NewObject,
  noSuchResource,
  type Resource,
  StatusError,
  type Store,
  timestamp,
} from '../../store/index.ts';
import { trackWrite } from '../apply/index.ts';
import { completeObject } from '../defaults/index.ts';
import type { Call } from '../http/call.ts';
import type { Target } from '../path.ts';
import { validator } from '../validation/index.ts';
import { checkName, readObject } from './incoming.ts';
import { type WriteOptions, writeOptions, writerOf } from './options.ts';
import { found } from './read.ts';
import { answerObject, formOf } from './represent.ts';

export async function update(store: Store, call: Call, target: Target): Promise<void> {
  formOf(call);
  const options = writeOptions(call, 'UpdateOptions');
  const object = await readObject(store, call, target, options.fieldValidation);
  checkName(object, target.name!);
  const current = found(store, target);
  checkHasVersion(object, target.resource);
  answerObject(call, 200, target, writeUpdate(store, call, target, options, object, current));
}

/** Writes an update that came whole or as a patch, to the part of the object that the path names. */
export function writeUpdate(
  store: Store,
  call: Call,
  target: Target,
  options: WriteOptions,
  object: NewObject,
  current: ApiObject,
): ApiObject {
  const writer = writerOf(store, options);
  const check = validator(call, target);
  switch (target.subresource) {
    case undefined:
      return writer.update(
        tracked(withOwnFinalizers(object, current, target.resource), current, target, options),
        check,
      );
    case 'status':
      return writer.updateStatus(object, check);
    case 'finalize':
      return writer.update(withFinalizersOf(object, current));
    default:
      throw noSuchResource();
  }
}

/** The object with its managers: what a write changes belongs to its writer. */
export function tracked(
  object: NewObject,
  current: ApiObject | undefined,
  { resource, version, subresource }: Target,
  { fieldManager }: WriteOptions,
): NewObject {
  const whole = completeObject(resource, object);
  return trackWrite(whole, {
    current,
    resource,
    version,
    manager: fieldManager,
    subresource,
    now: timestamp(),
  });
}

/** Custom resources cannot be replaced by somebody who has not read them. */
function checkHasVersion({ metadata }: NewObject, { custom, group, kind }: Resource): void {
  if (!custom || metadata.resourceVersion) return;
  const message = 'Invalid value: 0x0: must be specified for an update';
  const field = 'metadata.resourceVersion';
  throw new StatusError(
    422,
    'Invalid',
    `${kind}.${group} "${metadata.name}" is invalid: ${field}: ${message}`,
    {
      ...(metadata.name !== undefined && { name: metadata.name }),
      group,
      kind,
      causes: [{ reason: 'FieldValueInvalid', message, field }],
    },
  );
}

/** The finalizers in a Namespace's spec are changed by `finalize` alone. */
function withOwnFinalizers(object: NewObject, current: ApiObject, { name }: Resource): NewObject {
  return name === 'namespaces' ? { ...object, spec: current.spec } : object;
}

function withFinalizersOf(object: NewObject, current: ApiObject): NewObject {
  const { finalizers } = (object.spec ?? {}) as { readonly finalizers?: readonly string[] };
  return { ...current, spec: finalizers === undefined ? {} : { finalizers } };
}
