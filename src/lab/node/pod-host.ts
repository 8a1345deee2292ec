import type { Pod } from '../store/index.ts';
import type { NodeContext, NodeLink } from './node-context.ts';
import type { Sandbox } from './sandbox.ts';
import type { Volumes } from './volumes.ts';

/** What a pod's containers need of it. */
export interface PodHost {
  readonly node: NodeContext;
  /** As it is now. */
  readonly pod: () => Pod;
  readonly link: NodeLink;
  readonly hostname: string;
  readonly sandbox: Sandbox;
  readonly volumes: Volumes;
  /** A container's state is another one now. */
  readonly changed: () => void;
  /** Resolves when something has changed that a waiting container may wait for. */
  readonly nextChange: (signal: AbortSignal) => Promise<void>;
}
