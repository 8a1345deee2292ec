import { createHash } from 'node:crypto';
import type { Resource } from '../../store/index.ts';
import { pathsOf } from './paths.ts';
import {
  definition,
  definitionName,
  referred,
  type Schema,
  schemaDigest,
  schemaPrefix,
} from './schema-data.ts';
import { groupVersion } from './type-meta.ts';

/** An answer below /openapi: the body is JSON. */
export interface OpenApiAnswer {
  readonly code: 200 | 301 | 304;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface OpenApiRequest {
  /** Parts of the path: `openapi`, `v3`, and for one document `apis`, `apps`, `v1`. */
  readonly path: readonly string[];
  /** Of the query. */
  readonly hash?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

const year = 365 * 24 * 60 * 60;

/**
 * Answers /openapi/v3 and the documents that it names, one for each group and version. undefined for a path that is not served. Clients keep a document for as long as the
 * index names it with the same hash.
 */
export function answerOpenApi(
  { path, hash, ifNoneMatch }: OpenApiRequest,
  stored: readonly Resource[],
): OpenApiAnswer | undefined {
  const resources = stored.flatMap(alsoEvents);
  if (path[0] !== 'openapi' || path[1] !== 'v3') return undefined;
  const digest = createHash('sha512')
    .update(`${schemaDigest()}${JSON.stringify(resources)}`)
    .digest('hex')
    .toUpperCase();
  const versions = listVersions(resources);
  const key = path.slice(2).join('/');
  if (key === '') {
    const paths = versions.map(([name]) => [
      name,
      { serverRelativeURL: `/openapi/v3/${name}?hash=${digest}` },
    ]);
    return { code: 200, headers: {}, body: JSON.stringify({ paths: Object.fromEntries(paths) }) };
  }
  const [, group, version] = versions.find(([name]) => name === key) ?? [];
  if (group === undefined || version === undefined) return undefined;
  if (hash !== undefined && hash !== '' && hash !== digest) {
    return { code: 301, headers: { Location: `/openapi/v3/${key}?hash=${digest}` }, body: '' };
  }
  const kept =
    hash === digest
      ? { 'Cache-Control': `public, immutable, max-age=${year}` }
      : { 'Cache-Control': 'no-cache' };
  const headers = { ETag: `"${digest}"`, Vary: 'Accept', ...kept };
  if (ifNoneMatch?.includes(digest)) return { code: 304, headers, body: '' };
  const served = resources.filter((each) => each.group === group && each.versions.includes(version));
  return { code: 200, headers, body: JSON.stringify(documentOf(served, version)) };
}

/** Events are served in a second group, too. */
function alsoEvents(resource: Resource): readonly Resource[] {
  return resource.kind === 'Event' ? [resource, { ...resource, group: 'events.k8s.io' }] : [resource];
}

function listVersions(resources: readonly Resource[]): (readonly [string, string, string])[] {
  const found = resources.flatMap(({ group, versions }) =>
    versions.map((version): readonly [string, string, string] => [
      `${group === '' ? 'api' : 'apis'}/${groupVersion({ group }, version)}`,
      group,
      version,
    ]),
  );
  return [...new Map(found.map((each) => [each[0], each])).values()];
}

/** One document: the kinds of a group and version with all that they refer to. */
function documentOf(resources: readonly Resource[], version: string): object {
  const schemas: Record<string, Schema> = {};
  const add = (name: string) => {
    if (schemas[name] !== undefined) return;
    schemas[name] = definition(name);
    JSON.stringify(schemas[name], (_key, value: Schema) => {
      const inner = typeof value === 'object' && value !== null ? referred(value) : undefined;
      if (inner !== undefined) add(inner);
      return value;
    });
  };
  const reference = ({ group, kind }: Resource): object | undefined => {
    const name = definitionName(group, version, kind);
    if (name === undefined) return undefined;
    add(name);
    schemas[name] = { ...schemas[name], 'x-kubernetes-group-version-kind': [{ group, kind, version }] };
    return { $ref: `${schemaPrefix}${name}` };
  };
  const paths = pathsOf(resources, version, reference);
  add('io.k8s.apimachinery.pkg.apis.meta.v1.Patch');
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths,
    components: { schemas },
  };
}
