import type { ConfigMap, Container, Pod, Secret, Store } from '../store/index.ts';
import { fieldValue, type PodPlace, resourceValue } from './fields.ts';

/** The files of a volume by their paths in it. */
export type Files = ReadonlyMap<string, { readonly bytes: Uint8Array; readonly mode: number }>;

/** A volume can't be made (yet): the message is the kubelet's, after `MountVolume.SetUp failed for volume "x" : `. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}

/** What a volume's content is taken from, beside the pod. */
export interface VolumeSources {
  readonly store: Pick<Store, 'get'>;
  readonly place: PodPlace;
  /** The token of a pod's service account for an audience. */
  readonly serviceAccountToken: (pod: Pod, audience: string | undefined) => string;
}

interface Item {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

interface Reference {
  readonly name?: string;
  readonly items?: readonly Item[];
  readonly optional?: boolean;
}

interface FieldItem {
  readonly path: string;
  readonly mode?: number;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: { readonly containerName?: string; readonly resource: string };
}

interface Projection {
  readonly configMap?: Reference;
  readonly secret?: Reference;
  readonly downwardAPI?: { readonly items?: readonly FieldItem[] };
  readonly serviceAccountToken?: { readonly path: string; readonly audience?: string };
}

/** Volumes as the API has them, beyond what the store's types say. */
interface AnyVolume {
  readonly name: string;
  readonly configMap?: Reference & { readonly defaultMode?: number };
  readonly secret?: Omit<Reference, 'name'> & { readonly secretName: string; readonly defaultMode?: number };
  readonly downwardAPI?: { readonly items?: readonly FieldItem[]; readonly defaultMode?: number };
  readonly projected?: { readonly sources?: readonly Projection[]; readonly defaultMode?: number };
  readonly emptyDir?: unknown;
  readonly hostPath?: { readonly path: string };
}

const usualMode = 0o644;

/** The files of a volume; undefined for an emptyDir, which is the pod's own to fill. Throws a VolumeError. */
export function volumeContent(volume: AnyVolume, pod: Pod, sources: VolumeSources): Files | undefined {
  const { configMap, secret, downwardAPI, projected, emptyDir, hostPath } = volume;
  if (emptyDir !== undefined) return undefined;
  if (configMap !== undefined) return project(pod, sources, [{ configMap }], configMap.defaultMode);
  if (secret !== undefined) {
    const { secretName: name, items, optional } = secret;
    const reference = { name, ...(items && { items }), ...(optional && { optional }) };
    return project(pod, sources, [{ secret: reference }], secret.defaultMode);
  }
  if (downwardAPI !== undefined) return project(pod, sources, [{ downwardAPI }], downwardAPI.defaultMode);
  if (projected !== undefined) return project(pod, sources, projected.sources ?? [], projected.defaultMode);
  if (hostPath !== undefined) {
    throw new VolumeError(
      `hostPath ${hostPath.path} is refused: the lab has no node with files of its own, and keeps pods away from yours; use a ConfigMap or an emptyDir`,
    );
  }
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'nothing';
  throw new VolumeError(
    `the lab has no volumes of kind ${kind}: it has configMap, secret, projected, downwardAPI and emptyDir`,
  );
}

function project(
  pod: Pod,
  sources: VolumeSources,
  projections: readonly Projection[],
  defaultMode: number = usualMode,
): Files {
  const files = new Map<string, { bytes: Uint8Array; mode: number }>();
  const put = (path: string, bytes: Uint8Array | string, mode: number = defaultMode): void => {
    files.set(path, { bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes, mode });
  };
  for (const { configMap, secret, downwardAPI, serviceAccountToken } of projections) {
    if (configMap !== undefined) putKeys('configmap', configMap, pod, sources, put);
    if (secret !== undefined) putKeys('secret', secret, pod, sources, put);
    for (const item of downwardAPI?.items ?? []) put(item.path, fieldText(item, pod, sources), item.mode);
    if (serviceAccountToken === undefined) continue;
    const { path, audience } = serviceAccountToken;
    put(path, sources.serviceAccountToken(pod, audience));
  }
  return files;
}

function putKeys(
  kind: 'configmap' | 'secret',
  { name = '', items, optional }: Reference,
  pod: Pod,
  { store }: VolumeSources,
  put: (path: string, bytes: Uint8Array, mode?: number) => void,
): void {
  const { namespace } = pod.metadata;
  const object = store.get<ConfigMap | Secret>(`${kind}s`, name, namespace);
  if (object === undefined) {
    if (optional === true) return;
    throw new VolumeError(`${kind} "${name}" not found`);
  }
  const values = bytesOf(kind, object);
  if (items === undefined) {
    for (const [key, bytes] of values) put(key, bytes);
    return;
  }
  for (const { key, path, mode } of items) {
    const bytes = values.get(key);
    if (bytes !== undefined) put(path, bytes, mode);
    else if (optional !== true)
      throw new VolumeError(
        `${kind} references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${key}`,
      );
  }
}

function bytesOf(kind: 'configmap' | 'secret', object: ConfigMap | Secret): ReadonlyMap<string, Uint8Array> {
  const encoding = kind === 'secret' ? 'base64' : 'utf8';
  const { binaryData } = object as ConfigMap;
  return new Map([
    ...Object.entries(object.data ?? {}).map(([key, value]) => [key, Buffer.from(value, encoding)] as const),
    ...Object.entries(binaryData ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
  ]);
}

function fieldText(
  { path, fieldRef, resourceFieldRef }: FieldItem,
  pod: Pod,
  { place }: VolumeSources,
): string {
  if (resourceFieldRef !== undefined) {
    const containers: readonly Container[] = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    return resourceValue(containers, undefined, resourceFieldRef);
  }
  const text = fieldRef === undefined ? undefined : fieldValue(pod, fieldRef.fieldPath, place);
  if (text === undefined) throw new VolumeError(`unsupported fieldPath for ${path}: ${fieldRef?.fieldPath}`);
  return text;
}

/** Whether a volume's content can change while the pod runs. */
export function isUpdated(volume: object): boolean {
  return ['configMap', 'secret', 'downwardAPI', 'projected'].some((kind) => kind in volume);
}
