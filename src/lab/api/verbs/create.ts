import type { NewObject, Resource, Store } from '../../store/index.ts';
import type { Call } from '../http/call.ts';
import type { Target } from '../path.ts';
import { validator } from '../validation/index.ts';
import { refuse, required } from '../validation/refusals.ts';
import { readObject, withoutSystemFields } from './incoming.ts';
import { writeOptions, writerOf } from './options.ts';
import { answerObject, formOf } from './represent.ts';
import { tracked } from './update.ts';

export async function create(store: Store, call: Call, target: Target): Promise<void> {
  formOf(call);
  const options = writeOptions(call, 'CreateOptions');
  const sent = await readObject(store, call, target, options.fieldValidation);
  const { name, generateName } = sent.metadata;
  if (!name && !generateName) {
    refuse(target.resource, '', [required('metadata.name', 'name or generateName is required')]);
  }
  const object = withFirstStatus(withoutSystemFields(sent), target.resource);
  const whole = tracked(object, undefined, target, options);
  const made = writerOf(store, options).create(whole, validator(call, target));
  answerObject(call, 201, target, made);
}

/** A status is somebody else's to write; a Node brings its own along. Built-in kinds begin with an empty one. */
export function withFirstStatus(object: NewObject, { name, status, custom }: Resource): NewObject {
  if (!status || name === 'nodes' || name === 'namespaces') return object;
  const { status: _, ...rest } = object;
  return custom ? rest : { ...rest, status: firstStatus[name] ?? {} };
}

const firstStatus: Readonly<Record<string, object>> = {
  pods: { phase: 'Pending' },
  services: { loadBalancer: {} },
};
