import { type ApiObject, StatusError, type Store } from '../../store/index.ts';
import { negotiate } from '../http/accept.ts';
import { answer } from '../http/answer.ts';
import { contentType, parseBody, readObjectText, readText } from '../http/body.ts';
import type { Call } from '../http/call.ts';
import { methodNotAllowed } from '../http/status.ts';
import { patchObject } from '../patch/index.ts';
import type { Target } from '../path.ts';
import { type ObjectSelector, selectorText } from '../table/selector-text.ts';
import { validator } from '../validation/index.ts';
import { writeOptions, writerOf } from './options.ts';
import { found } from './read.ts';
import { tracked } from './update.ts';

/** Kinds that have a number of replicas. */
export const scalable: ReadonlySet<string> = new Set(['deployments', 'replicasets', 'statefulsets']);

interface Scale {
  readonly kind: 'Scale';
  readonly apiVersion: 'autoscaling/v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

/** Reads and writes the number of replicas alone. */
export async function scale(store: Store, call: Call, target: Target): Promise<void> {
  const form = negotiate(call, []);
  const { method } = call;
  if (method === 'GET') return answer(call, 200, scaleOf(found(store, target)), form);
  if (method !== 'PUT' && method !== 'PATCH') throw methodNotAllowed();
  const options = writeOptions(call, method === 'PUT' ? 'UpdateOptions' : 'PatchOptions');
  const wanted = method === 'PUT' ? await readScale(call) : await patchScale(store, call, target);
  const current = found(store, target);
  const replicas = wanted.spec?.replicas ?? 0;
  if (!Number.isInteger(replicas) || replicas < 0) throw badReplicas(current, replicas);
  const { resourceVersion = '' } = wanted.metadata ?? {};
  const object = {
    ...current,
    metadata: { ...current.metadata, resourceVersion: String(resourceVersion) },
    spec: { ...(current.spec as object), replicas },
  };
  const written = writerOf(store, options).update(
    tracked(object, current, target, options),
    validator(call, { ...target, subresource: undefined }),
  );
  return answer(call, 200, scaleOf(written), form);
}

function scaleOf(object: ApiObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const spec = object.spec as { readonly replicas?: number; readonly selector?: ObjectSelector };
  const status = (object.status ?? {}) as { readonly replicas?: number };
  const selector = selectorText(spec.selector ?? {});
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: spec.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status.replicas ?? 0, ...(selector !== '' && { selector }) },
  };
}

async function readScale(call: Call): Promise<Scale> {
  const body = await readObjectText(call);
  return parseBody(body ?? { format: 'json', text: '' }) as Scale;
}

async function patchScale(store: Store, call: Call, target: Target): Promise<Scale> {
  // A Scale has no lists that would be merged by keys: a strategic merge of it is a plain one.
  const type = contentType(call);
  const { object } = patchObject({
    contentType: type.replace('strategic-merge', 'merge'),
    text: await readText(call),
    current: scaleOf(found(store, target)) as unknown as ApiObject,
    resource: { ...target.resource, group: 'autoscaling', kind: 'Scale' },
    version: 'v1',
    fieldValidation: 'Ignore',
  });
  return object as unknown as Scale;
}

function badReplicas({ metadata }: ApiObject, replicas: unknown): StatusError {
  const message = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`;
  const { name } = metadata;
  return new StatusError(
    422,
    'Invalid',
    `Scale.autoscaling "${name}" is invalid: spec.replicas: ${message}`,
    {
      name,
      group: 'autoscaling',
      kind: 'Scale',
      causes: [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }],
    },
  );
}
