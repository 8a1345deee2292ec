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
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly panics: boolean;
      readonly help: string;
      readonly overlay: Overlay;
    };

/**
 * Applies overlays to a rendered NetworkPolicy, in their order: those of kind NetworkPolicy with its name, as it is then. A path that leads nowhere changes
 * nothing, and istioctl says nothing of it; here it is a problem.
 * Source: postProcess and applyPatches of operator/pkg/render.
 */
export function applyOverlays(policy: RenderedPolicy | Values, overlays: readonly Overlay[]): Overlaid {
  let object = policy as unknown as Values;
  const problems: OverlayProblem[] = [];
  for (const overlay of overlays) {
    if (!isFor(overlay, object)) continue;
    const root = nodeOf(object, 'any') as NodeMap;
    for (const [i, patch] of overlay.patches.entries()) {
      const fault = patchFault(root, patch);
      if (fault?.panics) {
        const help = `Nothing is at ${patch.path} that could be deleted: take the patch out, or give it a value.`;
        return { kind: 'failed', message: fault.message, panics: true, help, overlay };
      }
      if (fault !== undefined) problems.push({ overlay, patch: i, message: fault.message });
    }
    object = plainOf(root) as Values;
    if (textOf(object.kind) === '') {
      const message = `post processing: error unmarshaling JSON: while decoding JSON: Object 'Kind' is missing in '${JSON.stringify(sorted(object))}'`;
      const help = 'An object without a kind cannot be installed: patch another field.';
      return { kind: 'failed', message, panics: false, help, overlay };
    }
  }
  return { kind: 'object', object, problems };
}

/** Whether an overlay is for an object: kind and name decide, the apiVersion does not. */
export function isFor({ kind, name }: Overlay, object: Values): boolean {
  return kind === textOf(object.kind) && name === nameOf(object);
}

function patchFault(root: NodeMap, patch: Overlay['patches'][number]): PatchFault | undefined {
  try {
    applyPatch(root, patch);
    return undefined;
  } catch (error) {
    if (!(error instanceof PatchFault)) throw error;
    return error;
  }
}

/** Members in the order of Go's JSON. */
function sorted(value: Value): Value {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? Number(value) : value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).map(([key, member]) => [key, sorted(member)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The name as istioctl reads it: '' where it is no text. */
function nameOf(object: Values): string {
  const metadata = nodeOf(object.metadata ?? null, 'any');
  const name = isNodeMap(metadata) ? metadata.entries.get('name') : undefined;
  return typeof name === 'string' ? name : '';
}
