import type { ApiObject, Resource, Store } from '../../store/index.ts';
import { definition, definitionName, withSchemaDefaults } from '../openapi/index.ts';
import { completions } from './complete.ts';

export { checkImmutable } from './immutable.ts';

/**
 * Installs the defaults of the API server: of the built-in kinds as k8s.io/kubernetes/pkg/apis has them, of custom resources those of their schemas. Install it before all other
 * admission hooks, which then see whole objects.
 */
export function installDefaults(store: Store): void {
  for (const resource of store.resources) {
    const complete = completionOf(resource);
    if (complete !== undefined)
      store.admit(resource.name, (object) => complete(object as never) as ApiObject);
  }
}

/** The object with the defaults of its kind, as `installDefaults` fills them in. */
export function completeObject<T extends object>(resource: Resource, object: T): T {
  return (completionOf(resource)?.(object as never) ?? object) as T;
}

function completionOf(resource: Resource): ((object: never) => object) | undefined {
  return resource.custom ? completeCustom(resource) : completions[resource.name];
}

function completeCustom({ group, versions, kind }: Resource): (object: object) => object {
  return (object) => {
    const name = definitionName(group, versions[0]!, kind);
    return name === undefined ? object : (withSchemaDefaults(definition(name), object as never) as object);
  };
}
