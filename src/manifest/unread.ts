import { type Diagnostic, describeObject, type KindedObject } from '../model/index.ts';
import { addObject, type Collection } from './collection.ts';
import { isKnownKind } from './registry.ts';
import { classifyUnread, type UnreadKind } from './unread-kinds.ts';

/** Takes note of an object of a kind without a decoder. Each kind is told of once, with its number. */
export function addUnread(group: string, object: KindedObject, collection: Collection): void {
  const { kind } = object;
  // Project and test files may stand beside the manifests.
  if (group === 'portcullis.dev') return;
  // A kind of somebody else that shares its name with one that is read is told apart by its group.
  const name = isKnownKind(kind) ? `${kind}.${group}` : kind;
  const made = classifyUnread(group, kind);
  if (made === 'foreign policy') {
    addObject(collection.foreign, object, collection.diagnostics);
    collection.diagnostics.push(describeUnread(made, object));
    return;
  }
  const known = collection.unread.get(name);
  if (known !== undefined) known.count++;
  else collection.unread.set(name, { first: describeUnread(made, object), count: 1 });
}

function describeUnread(made: UnreadKind, object: KindedObject): Diagnostic {
  const { source, start, end, template } = object.origin;
  const place = { span: { source, start, end }, ...(template !== undefined && { template }) };
  switch (made) {
    case 'foreign policy':
      return {
        code: 'PC2009',
        severity: 'warning',
        message: `${describeObject(object)} is a policy of a kind that is not read: verdicts that it may change are unknown`,
        ...place,
        help: `Where it changes nothing, say so with --ignore-kind ${object.kind}.`,
      };
    case 'routing':
      return { code: 'PC2010', severity: 'info', message: 'routing is not considered', ...place };
    case 'ignored':
      return {
        code: 'PC2008',
        severity: 'info',
        message: 'objects of this kind are not read',
        ...place,
      };
  }
}
