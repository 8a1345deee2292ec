import type { ProxyProcess } from '../types.ts';
import { pathOf } from './files.ts';

/** Files of resources that Envoy watches. */
export interface ConfigFiles {
  /** Writes resources under a new version, unless they are what the file has already. */
  readonly put: (name: string, resources: readonly object[]) => Promise<void>;
  /** The version that a file has now; the empty text before there is one. */
  readonly version: (name: string) => string;
  readonly count: () => number;
}

/** Writes what Envoy is to read, each file as one DiscoveryResponse. Nothing is written twice: a listener that is replaced by its equal would still be a change. */
export function createConfigFiles({ writeFile }: Pick<ProxyProcess, 'writeFile'>): ConfigFiles {
  const current = new Map<string, { readonly text: string; readonly version: number }>();
  return {
    put: async (name, resources) => {
      const text = `[${resources.map(textOf).join()}]`;
      const before = current.get(name);
      if (before?.text === text) return;
      const version = (before?.version ?? 0) + 1;
      current.set(name, { text, version });
      await writeFile(pathOf(name), `{"version_info":"${version}","resources":${text}}`);
    },
    version: (name) => `${current.get(name)?.version ?? ''}`,
    count: () => current.size,
  };
}

const texts = new WeakMap<object, string>();

/** A resource as JSON. Sidecars of one mesh have most of them in common. */
function textOf(resource: object): string {
  const text = texts.get(resource) ?? JSON.stringify(resource);
  texts.set(resource, text);
  return text;
}
