import { relative } from 'node:path';

/** The three names that kustomize looks for in a directory. */
const kustomizations = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

/** Is this the name of a file that kustomize builds a directory from? */
export function isKustomization(fileName: string): boolean {
  return kustomizations.has(fileName);
}

/** Does kubectl read a file of this name when it is given the directory? */
export function isManifest(fileName: string): boolean {
  return /\.(ya?ml|json)$/.test(fileName);
}

/** Is this a text for envsubst: `NAME.template`, or `NAME.yaml.tmpl`? A bare `.tmpl` is left to Go's templates. */
export function isTemplate(fileName: string): boolean {
  return /\.template$|\.(ya?ml|json)\.tmpl$/.test(fileName);
}

/** Has the path a character that a glob gives a meaning? */
export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path);
}

/** Does the argument name something on the network rather than a path? */
export function isUrl(path: string): boolean {
  return /^[a-z][a-z+.-]*:\/\//i.test(path) || /^git@/.test(path);
}

/** Orders names by UTF-16 code units, which no locale changes. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The path from `cwd` to `absolute`, with `/` on every system; `.` for `cwd` itself. */
export function relativeName(cwd: string, absolute: string): string {
  return relative(cwd, absolute).replaceAll('\\', '/') || '.';
}
