import type { PodRuntime } from '../node/index.ts';
import type { Store } from '../store/index.ts';
import type { Call } from './http/call.ts';

/** Answers a path below /portcullis/; `rest` is what stands behind the route's own name. What it throws becomes a Status. */
export type RouteHandler = (call: Call, rest: readonly string[]) => void | Promise<void>;

/** What all of the server works with. */
export interface ApiContext {
  readonly store: Store;
  readonly runtime: PodRuntime;
  /** By the part of the path behind /portcullis/. */
  readonly routes: Readonly<Record<string, RouteHandler>>;
}
