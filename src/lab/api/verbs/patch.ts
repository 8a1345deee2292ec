import type { ApiObject, NewObject, Store } from '../../store/index.ts';
import { isApply } from '../apply/index.ts';
import { contentType, readText } from '../http/body.ts';
import type { Call } from '../http/call.ts';
import { patchObject } from '../patch/index.ts';
import type { Target } from '../path.ts';
import { fromClient, toClient } from '../served.ts';
import { apply } from './apply.ts';
import { checkName, placed } from './incoming.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import { found } from './read.ts';
import { answerObject, formOf } from './represent.ts';
import { writeUpdate } from './update.ts';

export async function patch(store: Store, call: Call, target: Target): Promise<void> {
  if (isApply(contentType(call))) return apply(store, call, target);
  formOf(call);
  const options = writeOptions(call, 'PatchOptions');
  const text = await readText(call);
  const current = found(store, target);
  const patched = patchedBy(call, target, options, text, toClient(target, current));
  const object = placed(fromClient(target, patched), target);
  checkName(object, target.name!);
  answerObject(call, 200, target, writeUpdate(store, call, target, options, object, current));
}

function patchedBy(
  call: Call,
  { resource, group, version }: Target,
  { fieldValidation }: WriteOptions,
  text: string,
  current: ApiObject,
): NewObject {
  const { object, warnings } = patchObject({
    contentType: contentType(call),
    text,
    current,
    resource: group === resource.group ? resource : { ...resource, group },
    version,
    fieldValidation,
  });
  for (const warning of warnings) call.warnings.add(warning);
  return object;
}
