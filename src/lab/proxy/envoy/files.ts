/** Where a proxy's files are, from its working directory; in a container that is its root, and this is Istio's own place. */
const directory = './etc/istio/proxy';

/** Names of the files that Envoy is configured by, beside its routes. */
export const files = {
  bootstrap: 'envoy-rev.json',
  listeners: 'lds.json',
  clusters: 'cds.json',
  certificate: 'sds-default.json',
} as const;

/** A file's path, from the working directory of the process. */
export function pathOf(name: string): string {
  return `${directory}/${name}`;
}

/** A source of configuration that is a file: read again whenever another is moved to its place. */
export function watchedFile(name: string): object {
  return { path_config_source: { path: pathOf(name) }, resource_api_version: 'V3' };
}
