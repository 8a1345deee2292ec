import { type ApiObject, type Store, timestamp } from '../../store/index.ts';
import { applyObject } from '../apply/index.ts';
import { readText } from '../http/body.ts';
import { type Call, flag } from '../http/call.ts';
import { unsupportedMediaType } from '../http/status.ts';
import { acceptedPatches } from '../patch/index.ts';
import type { Target } from '../path.ts';
import { fromClient, toClient } from '../served.ts';
import { validator } from '../validation/index.ts';
import { refuse, required } from '../validation/refusals.ts';
import { withFirstStatus } from './create.ts';
import { checkName, placed, withoutSystemFields } from './incoming.ts';
import { writeOptions, writerOf } from './options.ts';
import { answerObject, formOf } from './represent.ts';

/** Server-side apply: creates the object where there is none. */
export async function apply(store: Store, call: Call, target: Target): Promise<void> {
  formOf(call);
  const { resource, group, version, namespace, subresource } = target;
  if (subresource !== undefined) throw unsupportedMediaType(acceptedPatches(resource));
  const options = writeOptions(call, 'PatchOptions');
  const manager = call.query.get('fieldManager') ?? '';
  if (manager === '') {
    const missing = [required('fieldManager', 'is required for apply patch')];
    refuse({ ...resource, group: 'meta.k8s.io', kind: 'PatchOptions' }, '', missing);
  }
  const text = await readText(call);
  const name = target.name!;
  const current = store.get<ApiObject>(resource.name, name, namespace);
  const { object, warnings } = applyObject({
    text,
    current: current && toClient(target, current),
    name,
    namespace: resource.namespaced ? namespace : undefined,
    resource: group === resource.group ? resource : { ...resource, group },
    version,
    manager,
    force: flag(call.query, 'force'),
    fieldValidation: options.fieldValidation,
    now: timestamp(),
  });
  for (const warning of warnings) call.warnings.add(warning);
  const wanted = placed(fromClient(target, object), target);
  checkName(wanted, name);
  const writer = writerOf(store, options);
  const check = validator(call, target);
  if (current !== undefined) return answerObject(call, 200, target, writer.update(wanted, check));
  const fresh = withFirstStatus(withoutSystemFields(wanted), resource);
  answerObject(call, 201, target, writer.create(fresh, check));
}
