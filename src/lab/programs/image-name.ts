/** An image name in its parts, as containerd reads it. */
export interface ImageName {
  /** `docker.io`, `registry.k8s.io`; undefined where the name has none. */
  readonly registry: string | undefined;
  /** Without registry, tag and digest, and without Docker Hub's `library/`: `nginx`, `curlimages/curl`. */
  readonly repository: string;
  readonly tag: string | undefined;
}

/** Takes an image name apart. A first part with a dot or a port, or `localhost`, is a registry. Source: distribution/reference. */
export function parseImageName(image: string): ImageName {
  const [named = ''] = image.split('@');
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const path = tagged ? named.slice(0, colon) : named;
  const slash = path.indexOf('/');
  const first = path.slice(0, Math.max(slash, 0));
  const registry = /[.:]|^localhost$/.test(first) ? first : undefined;
  const rest = registry === undefined ? path : path.slice(slash + 1);
  return {
    registry,
    repository: rest.replace(/^library\//, ''),
    tag: tagged ? named.slice(colon + 1) : undefined,
  };
}
