import type { Diagnostic, KindedObject, ModelObject, Source } from '../model/index.ts';
import { createWholeReader, readDocuments, type YamlDocument, type YamlNode } from '../yaml/index.ts';
import { identifyBrokenPiece } from './broken-piece.ts';
import { addObject, type Collection, createCollection, toManifests } from './collection.ts';
import { fieldOf, readMetadata } from './kit/index.ts';
import { itemKeys, type ListedObject, objectsOf } from './lists.ts';
import type { Manifests, ReadOptions } from './manifests.ts';
import { isMeshConfigMap, takeMeshConfig } from './mesh-config-map.ts';
import { ObjectOrigin } from './object-origin.ts';
import { decodeObject } from './read-object.ts';
import { isNamespaced, lookUp, splitVersion } from './registry.ts';
import { addUnread } from './unread.ts';
import { isClusterWide } from './unread-kinds.ts';
import { yamlDiagnostic } from './yaml-diagnostics.ts';

/**
 * Reads texts to objects: every document, also behind one that is refused, every item of a list. Never throws for what a text says;
 * what is wrong with it is in `diagnostics`, and what cannot be in force in `rejected`.
 */
export function readManifests(sources: readonly Source[], options: ReadOptions = {}): Manifests {
  const collection = createCollection();
  for (const source of sources) {
    const namespace = options.namespaces?.get(source) ?? options.namespace ?? 'default';
    readSource(source, namespace, collection);
  }
  return toManifests(collection);
}

function readSource(source: Source, namespace: string, collection: Collection): void {
  const { diagnostics } = collection;
  const before = diagnostics.length;
  let told = false;
  for (const document of readDocuments(source.text, { itemKeys })) {
    const first = diagnostics.length;
    for (const problem of document.problems) diagnostics.push(yamlDiagnostic(problem, source));
    const refusal = document.problems.find((problem) => problem.severity === 'error');
    if (refusal !== undefined) rejectPiece(document, source, refusal.message, collection);
    else if (document.root !== undefined && !isNothing(document.root)) {
      if (document.afterError && !told) {
        told = true;
        tellAfterError(document.root, source, collection);
      }
      readDocument(document, source, namespace, collection);
    }
    nameTemplate(document, diagnostics, first);
  }
  const found = diagnostics.splice(before).sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  for (const diagnostic of found) diagnostics.push(diagnostic);
}

/** Tells of the diagnostics from `first` on which template of a chart their document was rendered from. */
function nameTemplate(document: YamlDocument, diagnostics: Diagnostic[], first: number): void {
  if (document.source === undefined) return;
  for (const diagnostic of diagnostics.splice(first)) {
    diagnostics.push({ ...diagnostic, template: document.source });
  }
}

function isNothing(root: YamlNode): boolean {
  return root.kind === 'scalar' && root.value === null;
}

function tellAfterError(root: YamlNode, source: Source, collection: Collection): void {
  collection.diagnostics.push({
    code: 'PC1017',
    severity: 'warning',
    message: 'kubectl stops at the error above; from here on the text is read only here',
    span: { source, start: root.start, end: Math.min(root.end, root.start + 1) },
    help: 'Mend the error first: kubectl applies nothing of what follows it.',
  });
}

/** A text that cannot be parsed: whose it is, is told from its lines, so that only verdicts that it could change are in doubt. */
function rejectPiece(document: YamlDocument, source: Source, why: string, collection: Collection): void {
  const text = source.text.slice(document.start, document.end);
  if (!/\b(kind|apiVersion|metadata)\b/.test(text)) return;
  const piece = identifyBrokenPiece(text);
  const { apiVersion = '', kind = '', name = '' } = piece;
  // A namespace that is not found may be there all the same, on a line that broke: it could be any.
  const clusterWide =
    (kind !== '' && isNamespaced({ apiVersion, kind }) === false) || isMeshConfigMap(kind, name);
  const scope = clusterWide ? '' : usableNamespace(piece.namespace);
  const metadata = { name, namespace: scope ?? '', labels: {}, annotations: {} };
  const origin = new ObjectOrigin(source, document, undefined, []);
  const object: KindedObject = { apiVersion, kind, metadata, origin };
  collection.rejected.push({ kind: piece.kind, namespace: scope, name: piece.name, object, why });
}

function readDocument(
  document: YamlDocument,
  source: Source,
  namespace: string,
  collection: Collection,
): void {
  const { objects, problems } = objectsOf(document);
  const makeWhole = createWholeReader(document);
  for (const listed of objects) {
    readListed({ ...listed, node: makeWhole(listed.node) }, document, source, namespace, collection);
  }
  for (const { node, message, path } of problems) {
    const span = { source, start: node.start, end: node.end };
    collection.diagnostics.push({ code: 'PC2006', severity: 'error', message, span });
    const whole = makeWhole(node);
    if (!couldBeObject(whole)) continue;
    const origin = new ObjectOrigin(source, document, node, path);
    const object = { apiVersion: '', kind: '', metadata: readMetadata(whole, undefined), origin };
    collection.rejected.push({
      kind: undefined,
      namespace: undefined,
      name: undefined,
      object,
      why: message,
    });
  }
}

/** False for what was never meant to be applied (a values.yaml, a list of names): no verdict can turn on it. */
function couldBeObject(node: YamlNode): boolean {
  if (node.kind === 'sequence') return node.items.some(couldBeObject);
  return ['apiVersion', 'kind', 'metadata', 'items'].some((key) => fieldOf(node, key) !== undefined);
}

function readListed(
  listed: ListedObject,
  document: YamlDocument,
  source: Source,
  namespace: string,
  collection: Collection,
): void {
  const { node, apiVersion, kind, path } = listed;
  const found = lookUp(apiVersion, kind);
  const decoder = found !== undefined && 'decoder' in found ? found.decoder : found?.meant;
  const namespaced = decoder?.namespaced ?? !isClusterWide(kind);
  const metadata = readMetadata(node, namespaced ? namespace : undefined);
  const head: KindedObject = {
    apiVersion,
    kind,
    metadata,
    origin: new ObjectOrigin(source, document, node, path),
  };
  const { diagnostics } = collection;
  if (found === undefined) {
    if (!takeMeshConfig(node, head, collection)) addUnread(splitVersion(apiVersion).group, head, collection);
  } else if ('mistake' in found) {
    const span = { source, start: node.start, end: node.end };
    const message = `${kind} ${metadata.name}: ${found.mistake}`;
    diagnostics.push({ code: 'PC2005', severity: 'error', message, span, help: found.help });
    reject(found.meant.kind, head, found.mistake, document, collection);
  } else {
    const { object, refusal, diagnostics: said } = decodeObject(found.decoder, node, head);
    for (const diagnostic of said) diagnostics.push(diagnostic);
    if (refusal !== undefined) reject(kind, object, refusal, document, collection);
    else addObject(collection.objects, object as ModelObject, diagnostics);
  }
}

function reject(
  kind: string,
  object: KindedObject,
  why: string,
  document: YamlDocument,
  collection: Collection,
): void {
  const { name, namespace } = object.metadata;
  // Text that is not read may hold the namespace that the object was meant to have.
  const cutShort = document.problems.some(({ code }) => code === 'ignored-text');
  const scope = namespace === '' ? '' : cutShort ? undefined : usableNamespace(namespace);
  collection.rejected.push({ kind, namespace: scope, name: name === '' ? undefined : name, object, why });
}

/** What can't be a namespace's name (a template that nobody filled in) may stand for any namespace. */
function usableNamespace(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text) ? text : undefined;
}
