import { readRequestBody, toPlainValue } from '../../../yaml/index.ts';
import {
  type ApiObject,
  badRequest,
  type Json,
  type NewObject,
  type Resource,
  StatusError,
  sameValue,
} from '../../store/index.ts';
import {
  decodeValue,
  definition,
  definitionName,
  type FieldValidation,
  groupVersion,
  type ReadBody,
} from '../openapi/index.ts';
import { checkConfig } from './check-config.ts';
import { compare } from './compare.ts';
import { fieldSet } from './field-set.ts';
import { describeManager, type Manager, writeManagers } from './managers.ts';
import { difference, isEmpty, type PathSet, pathsOf, union, writePath } from './path-set.ts';
import { baseOf, managersOf, withoutServerFields } from './tracked.ts';
import { isFields, type Type, typeOf } from './types.ts';
import { type Applied, applyConfiguration, type Conflict, recordUpdate } from './updater.ts';

export interface ApplyRequest {
  /** YAML or JSON: the fields that its sender wants to own. */
  readonly text: string;
  /** undefined: there is no such object yet. */
  readonly current: ApiObject | undefined;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly resource: Resource;
  readonly version: string;
  readonly manager: string;
  readonly force: boolean;
  readonly fieldValidation: FieldValidation;
  /** RFC 3339. */
  readonly now: string;
}

type Fields = { readonly [key: string]: Json };

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The media types of server-side apply. */
export function isApply(contentType: string): boolean {
  return contentType === 'application/apply-patch+yaml';
}

/**
 * Server-side apply: lays a configuration over the object, takes away what the same manager applied before and no longer does, and writes down who owns what in `metadata.managedFields`.
 * What is in an object whose managers nobody has followed (one of a controller) belongs to `before-first-apply`. The lab's own controllers own nothing: what they write is in nobody's way.
 * Throws a StatusError: 400 for a configuration that cannot be read, 409 with every field that another manager owns.
 */
export function applyObject(request: ApplyRequest): ReadBody {
  const { resource, version, manager, force, now, current } = request;
  const { config, warnings } = readConfig(request);
  const name = definitionName(resource.group, version, resource.kind);
  if (name === undefined) throw badRequest(`no schema of ${resource.kind} is known`);
  const type = typeOf(definition(name));
  checkType(type, config, request);
  const apiVersion = groupVersion(resource, version);
  const base = baseOf(resource, version);
  const live: Fields = current === undefined ? base : withoutServerFields(current, resource, apiVersion);
  const managers = firstManagers(request, type, base, live);
  const self = { name: manager, operation: 'Apply' as const, apiVersion };
  const attempt = (byForce: boolean) => applyConfiguration(type, live, config, managers, self, byForce);
  const first = attempt(force);
  const applied = 'conflicts' in first ? settle(first.conflicts, type, live, manager, attempt) : first;
  const changed = !sameValue(applied.object, live);
  const stamped = applied.managers.map((each) =>
    each.operation === 'Apply' && each.name === manager && changed ? { ...each, time: now } : each,
  );
  const { object } = decodeValue(
    withLastApplied(applied.object as Fields, live, config, manager),
    resource,
    version,
  );
  const { status } = (current ?? {}) as { readonly status?: unknown };
  return {
    object: {
      ...object,
      apiVersion,
      kind: resource.kind,
      metadata: { ...(object.metadata as object), managedFields: writeManagers(stamped) },
      ...(resource.status && status !== undefined && { status }),
    } as unknown as NewObject,
    warnings,
  };
}

/** kubectl may take over what it owns already, only in another way. */
function settle(
  conflicts: readonly Conflict[],
  type: Type,
  live: Fields,
  manager: string,
  attempt: (force: boolean) => ReturnType<typeof applyConfiguration>,
): Applied {
  const left = manager === 'kubectl' ? withoutOwn(conflicts, type, live) : conflicts;
  const forced = left.length > 0 ? { conflicts: left } : attempt(true);
  if ('conflicts' in forced) throw conflictError(forced.conflicts);
  return forced;
}

function readConfig(request: ApplyRequest): {
  readonly config: Fields;
  readonly warnings: readonly string[];
} {
  const { text, resource, version, name, namespace, fieldValidation } = request;
  const [document] = readRequestBody(text);
  const problem = document?.problems.find(({ severity }) => severity === 'error');
  if (problem !== undefined) throw badRequest(`error decoding YAML: yaml: ${problem.message}`);
  if (document?.root?.kind !== 'mapping') {
    throw badRequest('error decoding YAML: error unmarshaling JSON: the configuration is no object');
  }
  const repeated = document.repeatedKeys.map(({ text: key }) => `key ${key} already set in map`);
  if (repeated.length > 0 && fieldValidation === 'Strict') {
    throw badRequest(
      `error strict decoding YAML: error converting YAML to JSON: yaml: ${repeated.join(', ')}`,
    );
  }
  const given = toPlainValue(document.root) as Fields;
  const expected = groupVersion(resource, version);
  if (given.apiVersion !== expected || given.kind !== resource.kind) {
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${given.apiVersion ?? ''}, expected: ${expected}`,
    );
  }
  const metadata = isFields(given.metadata) ? given.metadata : {};
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const { status: _, ...rest } = given;
  const placed = {
    ...metadata,
    name: metadata.name ?? name,
    ...(namespace !== undefined && { namespace: metadata.namespace ?? namespace }),
  };
  const config = { ...(resource.status ? rest : given), metadata: placed };
  return { config, warnings: fieldValidation === 'Warn' ? repeated : [] };
}

function checkType(type: Type, config: Fields, { resource, version, name, namespace }: ApplyRequest): void {
  const problems = checkConfig(type, config);
  if (problems.length === 0) return;
  const told =
    problems.length === 1 ? problems[0] : `errors:\n${problems.map((each) => `  ${each}`).join('\n')}`;
  const gvk = `${groupVersion(resource, version)}, Kind=${resource.kind}`;
  const what = `failed to create typed patch object (${namespace ?? ''}/${name}; ${gvk}): ${told}`;
  throw new StatusError(500, 'Unknown', what);
}

/** Whoever owns something now; of an object that nobody has applied yet, all that is in it. */
function firstManagers(
  { current, resource, version, now }: ApplyRequest,
  type: Type,
  base: Fields,
  live: Fields,
): readonly Manager[] {
  if (current === undefined) return [];
  const known = managersOf(current);
  if (known.length > 0) return known;
  const self = {
    name: 'before-first-apply',
    operation: 'Update' as const,
    apiVersion: groupVersion(resource, version),
    time: now,
  };
  return recordUpdate(type, base, live, [], self);
}

/** Without the fields that kubectl itself has applied the old way, by its annotation, and that have stayed as they were. */
function withoutOwn(conflicts: readonly Conflict[], type: Type, live: Fields): readonly Conflict[] {
  const metadata = isFields(live.metadata) ? live.metadata : {};
  const annotations = isFields(metadata.annotations) ? metadata.annotations : {};
  const text = annotations[lastApplied];
  if (typeof text !== 'string') return conflicts;
  const own = ownByAnnotation(text, type, live);
  if (own === undefined) return conflicts;
  return conflicts
    .map(({ manager, fields }) => ({ manager, fields: difference(fields, own) }))
    .filter(({ fields }) => !isEmpty(fields));
}

function ownByAnnotation(text: string, type: Type, live: Fields): PathSet | undefined {
  try {
    const before = JSON.parse(text) as Fields;
    if (before.apiVersion !== live.apiVersion) return undefined;
    const { added, modified, removed } = compare(type, before, live);
    return difference(fieldSet(type, before), union(union(added, modified), removed));
  } catch {
    return undefined;
  }
}

/** kubectl's annotation follows what kubectl applies here, so that it can be applied the old way again. */
function withLastApplied(object: Fields, live: Fields, config: Fields, manager: string): Fields {
  const annotationsOf = ({ metadata }: Fields): Fields => {
    const { annotations } = isFields(metadata) ? metadata : {};
    return isFields(annotations) ? annotations : {};
  };
  if (manager !== 'kubectl' || annotationsOf(live)[lastApplied] === undefined) return object;
  const metadata = config.metadata as Fields;
  const { [lastApplied]: _, ...others } = annotationsOf(config);
  const written = {
    ...config,
    metadata: { ...metadata, ...(metadata.annotations !== undefined && { annotations: others }) },
  };
  const annotations = { ...annotationsOf(object), [lastApplied]: `${JSON.stringify(written)}\n` };
  return { ...object, metadata: { ...(object.metadata as Fields), annotations } };
}

function conflictError(conflicts: readonly Conflict[]): StatusError {
  const all = conflicts.flatMap(({ manager, fields }) =>
    pathsOf(fields).map((path) => ({ manager: describeManager(manager), field: writePath(path) })),
  );
  const causes = all.map(({ manager, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${manager}`,
    field,
  }));
  const [first] = all;
  const message =
    all.length === 1
      ? `Apply failed with 1 conflict: conflict with ${first!.manager}: ${first!.field}`
      : `Apply failed with ${all.length} conflicts: ${groups(all).join('\n')}`;
  return new StatusError(409, 'Conflict', message, { causes });
}

function groups(all: readonly { readonly manager: string; readonly field: string }[]): readonly string[] {
  const managers = [...new Set(all.map(({ manager }) => manager))].sort();
  return managers.flatMap((manager) => [
    `conflicts with ${manager}:`,
    ...all.filter((each) => each.manager === manager).map(({ field }) => `- ${field}`),
  ]);
}
