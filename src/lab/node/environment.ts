import type { ConfigMap, Container, EnvVar, Pod, Secret, Store } from '../store/index.ts';
import { expand } from './expand.ts';
import { fieldValue, type PodPlace, resourceValue } from './fields.ts';

/** Something that a container names is not there (yet): it waits as CreateContainerConfigError. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Record<string, string>;

/**
 * The environment of a container: `envFrom`, then `env` with `$(NAME)` of what stands before. Throws a ConfigError with the kubelet's words for what is missing and not optional.
 */
export function environmentOf(
  store: Pick<Store, 'get'>,
  pod: Pod,
  container: Container,
  place: PodPlace,
): Readonly<Environment> {
  const env: Environment = {};
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const reference = configMapRef ?? secretRef;
    if (reference === undefined) continue;
    const values = valuesOf(store, pod, configMapRef === undefined ? 'secret' : 'configmap', reference);
    for (const [key, value] of Object.entries(values ?? {})) env[prefix + key] = value;
  }
  for (const variable of container.env ?? []) {
    const value = variableValue(store, pod, container, place, variable, env);
    if (value !== undefined) env[variable.name] = value;
  }
  return env;
}

function variableValue(
  store: Pick<Store, 'get'>,
  pod: Pod,
  container: Container,
  place: PodPlace,
  { value, valueFrom }: EnvVar,
  env: Environment,
): string | undefined {
  if (valueFrom === undefined) return expand(value ?? '', (name) => env[name]);
  const { configMapKeyRef, secretKeyRef, fieldRef } = valueFrom;
  if (fieldRef !== undefined) {
    const found = fieldValue(pod, fieldRef.fieldPath, place);
    if (found === undefined) throw new ConfigError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    return found;
  }
  const { resourceFieldRef } = valueFrom as { readonly resourceFieldRef?: { readonly resource: string } };
  if (resourceFieldRef !== undefined) {
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    return resourceValue(containers, container.name, resourceFieldRef);
  }
  const reference = configMapKeyRef ?? secretKeyRef;
  if (reference === undefined) return undefined;
  const kind = configMapKeyRef === undefined ? 'secret' : 'configmap';
  const values = valuesOf(store, pod, kind, reference);
  const found = values?.[reference.key];
  if (found !== undefined || values === undefined || reference.optional === true) return found;
  const word = kind === 'secret' ? 'Secret' : 'ConfigMap';
  throw new ConfigError(
    `couldn't find key ${reference.key} in ${word} ${pod.metadata.namespace}/${reference.name}`,
  );
}

/** undefined where it is missing and may be. */
function valuesOf(
  store: Pick<Store, 'get'>,
  pod: Pod,
  kind: 'configmap' | 'secret',
  { name, optional }: { readonly name: string; readonly optional?: boolean },
): Readonly<Environment> | undefined {
  const object = store.get<ConfigMap | Secret>(`${kind}s`, name, pod.metadata.namespace);
  if (object === undefined) {
    if (optional === true) return undefined;
    throw new ConfigError(`${kind} "${name}" not found`);
  }
  const data = object.data ?? {};
  if (kind === 'configmap') return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}
