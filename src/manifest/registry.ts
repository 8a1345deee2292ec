import type { KindedObject } from '../model/index.ts';
import { istioDecoders } from './istio/index.ts';
import { kubernetesDecoders } from './kinds/index.ts';
import { type Decoder, editDistance } from './kit/index.ts';

const decoders: readonly Decoder[] = [...kubernetesDecoders, ...istioDecoders];
const byGroupAndKind = new Map(decoders.map((decoder) => [`${decoder.group}/${decoder.kind}`, decoder]));
const byKind = new Map(decoders.map((decoder) => [decoder.kind, decoder]));

/** Groups that are Kubernetes' or Istio's own: a kind in the wrong one of them is a slip, not somebody else's kind. */
const ownGroups: ReadonlySet<string> = new Set([
  ...decoders.map((decoder) => decoder.group),
  'extensions',
  'policy',
]);

/** Kinds that share their name with one that is read. */
const others: ReadonlySet<string> = new Set(['networking.istio.io/Gateway']);

/** How a kind is to be read: by a decoder, not at all, or not as it is written. */
export type Lookup =
  | { readonly decoder: Decoder }
  | { readonly mistake: string; readonly help: string; readonly meant: Decoder }
  | undefined;

/**
 * Finds the decoder of a kind. A kind that exists, but in another group or version, or that is known by another spelling, is a mistake:
 * the API server has no such kind. Undefined for a kind that Portcullis does not read.
 */
export function lookUp(apiVersion: string, kind: string): Lookup {
  const { group, version } = splitVersion(apiVersion);
  const exact = byGroupAndKind.get(`${group}/${kind}`);
  if (exact?.versions.includes(version)) return { decoder: exact };
  const meant = exact ?? findMeant(group, kind);
  if (meant === undefined) return undefined;
  return {
    mistake: `there is no kind ${kind} in ${apiVersion === '' ? 'an empty apiVersion' : apiVersion}`,
    help: `Write apiVersion: ${apiVersionOf(meant)} and kind: ${meant.kind}.`,
    meant,
  };
}

/** `networking.k8s.io/v1` in its parts; the group of `v1` is ''. */
export function splitVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return { group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1) };
}

/** Is there a kind of that name among those that are read, whatever its group? */
export function isKnownKind(kind: string): boolean {
  return byKind.has(kind);
}

/** Does an object of that kind live in a namespace? undefined: not a kind that is read. */
export function isNamespaced(object: Pick<KindedObject, 'apiVersion' | 'kind'>): boolean | undefined {
  return byGroupAndKind.get(`${splitVersion(object.apiVersion).group}/${object.kind}`)?.namespaced;
}

function findMeant(group: string, kind: string): Decoder | undefined {
  if (!ownGroups.has(group) || others.has(`${group}/${kind}`)) return undefined;
  const elsewhere = byKind.get(kind);
  if (elsewhere !== undefined) return elsewhere;
  const lower = kind.toLowerCase();
  return decoders.find((decoder) => {
    const other = decoder.kind.toLowerCase();
    return (
      other === lower || (decoder.group === group && other.length > 5 && editDistance(lower, other) <= 2)
    );
  });
}

function apiVersionOf(decoder: Decoder): string {
  return decoder.group === '' ? decoder.versions[0]! : `${decoder.group}/${decoder.versions[0]}`;
}
