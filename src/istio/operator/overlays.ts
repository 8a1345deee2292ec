import type { RenderedPolicy, Value, Values } from '../components/index.ts';
import { applyPatch, PatchFault } from './overlay-patch.ts';
import { isNodeMap, type NodeMap, nodeOf, plainOf } from './overlay-tree.ts';
import type { Overlay } from './types.ts';

/** A patch that did nothing, or an overlay that matched nothing. */
export interface OverlayProblem {
  readonly overlay: Overlay;
  /** The place of the patch in its overlay; left out where the whole overlay is meant. */
  readonly patch?: number;
  /** istioctl's words for it, which it keeps to itself. */
  readonly message: string;
}

export type Overlaid =
  | { readonly kind: 'object'; readonly object: Values; readonly problems: readonly OverlayProblem[] }
  /** The patched object is none any more, and istioctl stops. */
  | { readonly kind: 'failed'; readonly message: string; readonly overlay: Overlay };

/**
 * Applies overlays to a rendered NetworkPolicy, in their order: those of kind NetworkPolicy with its name, as it is then. A path that leads nowhere changes
 * nothing, and istioctl says nothing of it; here it is a problem.
 * Source: postProcess and applyPatches of operator/pkg/render.
 */
export function applyOverlays(policy: RenderedPolicy | Values, overlays: readonly Overlay[]): Overlaid {
  let object = policy as unknown as Values;
  const problems: OverlayProblem[] = [];
  for (const overlay of overlays) {
    if (overlay.kind !== textOf(object.kind) || overlay.name !== nameOf(object)) continue;
    const root = nodeOf(object, 'any') as NodeMap;
    for (const [i, patch] of overlay.patches.entries()) {
      const message = patchFault(root, patch);
      if (message !== undefined) problems.push({ overlay, patch: i, message });
    }
    object = plainOf(root) as Values;
    if (textOf(object.kind) === '') {
      const message = `post processing: error unmarshaling JSON: while decoding JSON: Object 'Kind' is missing in '${JSON.stringify(object)}'`;
      return { kind: 'failed', message, overlay };
    }
  }
  return { kind: 'object', object, problems };
}

function patchFault(root: NodeMap, patch: Overlay['patches'][number]): string | undefined {
  try {
    applyPatch(root, patch);
    return undefined;
  } catch (error) {
    if (!(error instanceof PatchFault)) throw error;
    return error.message;
  }
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The name as istioctl reads it: '' where it is no text. */
export function nameOf(object: Values): string {
  const metadata = nodeOf(object.metadata ?? null, 'any');
  const name = isNodeMap(metadata) ? metadata.entries.get('name') : undefined;
  return typeof name === 'string' ? name : '';
}
