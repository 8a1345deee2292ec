import type { LabelSelector } from '../model/index.ts';

/** Pods that could exist, told by what policies can ask of them. */
export interface PeerShape {
  readonly where: NamespaceShape;
  /** undefined: whatever labels they have. */
  readonly pods: LabelSelector | undefined;
  /** The service account that they run as; a star stands for anything. undefined: any that no policy names. */
  readonly account: string | undefined;
}

/** Namespaces that could exist. `pattern` is a name with a star at one end. */
export type NamespaceShape =
  | { readonly kind: 'any' }
  | { readonly kind: 'named'; readonly name: string; readonly exists: boolean }
  | { readonly kind: 'labelled'; readonly selector: LabelSelector }
  | { readonly kind: 'pattern'; readonly pattern: string };

/** Equal for shapes that ask the same. */
export function shapeKey(shape: PeerShape): string {
  return JSON.stringify([shape.where, shape.pods, shape.account]);
}

/** Pods of which nothing is known but that they are somewhere. */
export const anyone: PeerShape = { where: { kind: 'any' }, pods: undefined, account: undefined };

/** The next wider shape, where there is one: labels and account are given up first, then the namespace. */
export function widerShape(shape: PeerShape): PeerShape | undefined {
  if (shape.pods !== undefined || shape.account !== undefined) {
    return { ...shape, pods: undefined, account: undefined };
  }
  return shape.where.kind === 'any' ? undefined : anyone;
}
