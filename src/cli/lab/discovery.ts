import type { LabApi } from './api.ts';

/** How the API names a kind. */
export interface ServedKind {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Finds out how a kind is called in paths; undefined where the lab does not serve it. */
export type Discovery = (apiVersion: string, kind: string) => Promise<ServedKind | undefined>;

interface ResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

/** Asks the API's own discovery, once for every group and version. */
export function openDiscovery(api: LabApi): Discovery {
  const known = new Map<string, Promise<ResourceList>>();
  const resourcesOf = async (apiVersion: string): Promise<ResourceList> => {
    const { status, body } = await api.request('GET', rootOf(apiVersion));
    return status === 200 ? (body as ResourceList) : {};
  };
  return async (apiVersion, kind) => {
    const asked = known.get(apiVersion) ?? resourcesOf(apiVersion);
    known.set(apiVersion, asked);
    const { resources = [] } = await asked;
    const found = resources.find((each) => each.kind === kind && !each.name.includes('/'));
    return found && { plural: found.name, namespaced: found.namespaced };
  };
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The path of a collection, or with a name that of an object. */
export function pathOf(
  apiVersion: string,
  { plural, namespaced }: ServedKind,
  namespace: string,
  name?: string,
): string {
  const scope = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${rootOf(apiVersion)}${scope}/${plural}${object}`;
}
