import type { Resource } from '../../store/index.ts';
import { schemaPrefix } from './schema-data.ts';
import { groupVersion } from './type-meta.ts';

const metaV1 = `${schemaPrefix}io.k8s.apimachinery.pkg.apis.meta.v1`;
const patch = { schema: { $ref: `${metaV1}.Patch` } };

function queryParameter(name: string, type: 'string' | 'boolean' | 'integer', description: string): object {
  return { name, in: 'query', description, schema: { type, uniqueItems: true } };
}

function pathParameter(name: string, description: string): object {
  return { name, in: 'path', required: true, description, schema: { type: 'string', uniqueItems: true } };
}

const dryRun = queryParameter(
  'dryRun',
  'string',
  'When present, nothing is persisted. The one valid value is All: all stages are run.',
);
const fieldManager = queryParameter('fieldManager', 'string', 'Name of who makes the change.');
const fieldValidation = queryParameter(
  'fieldValidation',
  'string',
  'What is done about unknown and duplicate fields: Ignore, Warn (the default) or Strict.',
);
const force = queryParameter('force', 'boolean', 'Take over fields of other managers; of an apply alone.');
const writing = [dryRun, fieldManager, fieldValidation];
const selecting = [
  queryParameter('labelSelector', 'string', 'Only objects whose labels match.'),
  queryParameter('fieldSelector', 'string', 'Only objects whose fields match.'),
  queryParameter('limit', 'integer', 'At most so many objects.'),
  queryParameter('continue', 'string', 'Where an earlier answer ended.'),
  queryParameter('resourceVersion', 'string', 'Where a watch starts.'),
  queryParameter('watch', 'boolean', 'Tell of changes as they happen.'),
];

/** The paths of one group and version, with the operations that the lab answers. `reference` gives a kind's schema. */
export function pathsOf(
  resources: readonly Resource[],
  version: string,
  reference: (resource: Resource) => object | undefined,
): Record<string, object> {
  const paths: Record<string, object> = {};
  for (const resource of resources) {
    const { group, plural, namespaced, kind } = resource;
    const root = `/${group === '' ? 'api' : 'apis'}/${groupVersion(resource, version)}`;
    const home = namespaced ? `${root}/namespaces/{namespace}` : root;
    const inNamespace = namespaced ? [pathParameter('namespace', 'Name of the namespace.')] : [];
    const named = [pathParameter('name', `Name of the ${kind}.`), ...inNamespace];
    const operation = operations(resource, version, reference(resource));
    if (namespaced) paths[`${root}/${plural}`] = { get: operation('list', selecting) };
    paths[`${home}/${plural}`] = {
      get: operation('list', selecting),
      post: operation('post', writing, 'body'),
      delete: operation('deletecollection', selecting),
      parameters: inNamespace,
    };
    const single = {
      get: operation('get', []),
      put: operation('put', writing, 'body'),
      patch: operation('patch', [...writing, force], 'patch'),
      parameters: named,
    };
    paths[`${home}/${plural}/{name}`] = { ...single, delete: operation('delete', [dryRun]) };
    if (resource.status) paths[`${home}/${plural}/{name}/status`] = single;
  }
  return paths;
}

type Operation = (action: string, parameters: readonly object[], content?: 'body' | 'patch') => object;

function operations(
  { group, kind, custom }: Resource,
  version: string,
  schema: object | undefined,
): Operation {
  const patches = [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(custom ? [] : ['application/strategic-merge-patch+json']),
  ];
  const whole = schema === undefined ? {} : { schema };
  const contents = {
    body: { 'application/json': whole, 'application/yaml': whole },
    patch: Object.fromEntries(patches.map((type) => [type, patch])),
  };
  return (action, parameters, content) => ({
    parameters,
    ...(content !== undefined && { requestBody: { required: true, content: contents[content] } }),
    responses: {
      200: { description: 'OK', content: contents.body },
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  });
}
