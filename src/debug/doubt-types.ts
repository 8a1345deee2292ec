import type { LogPolicy } from '../logs/index.ts';
import type { KindedObject, Step, Verdict } from '../model/index.ts';

/** A likely reason why a log says denied where the manifests say allowed, the likeliest first; `verdict` is the answer with that changed. */
export type Doubt =
  /** The manifests are not what the cluster has. */
  | {
      readonly kind: 'stale manifest';
      readonly policy?: LogPolicy;
      /** It is in the manifests and does not deny this. */
      readonly object?: KindedObject;
      /** By the manifests the request would have been dropped before it came to the place of the log. */
      readonly before?: Step;
    }
  /** The client has no identity: it sends plaintext. */
  | { readonly kind: 'plaintext'; readonly verdict: Verdict; readonly step: Step }
  /** The address that the log shows is not the client's. */
  | { readonly kind: 'address'; readonly address: string; readonly verdict: Verdict; readonly step?: Step }
  /** Policies of kinds that are not read, and logs that come from them. */
  | {
      readonly kind: 'other policies';
      readonly objects: readonly KindedObject[];
      readonly named?: string;
      readonly plugin?: string;
    }
  /** The port of the line is that of a Service, and its target is another. */
  | {
      readonly kind: 'Service port';
      readonly service: KindedObject;
      readonly port: number;
      readonly targetPort: number;
      readonly verdict: Verdict;
      readonly step?: Step;
    }
  /** The line is of an answer: its ends are the other way round. */
  | { readonly kind: 'reply'; readonly verdict: Verdict; readonly step?: Step }
  /** What the line does not state decides: with it absent the request is allowed, and nobody knows. */
  | { readonly kind: 'request'; readonly verdict: Verdict };
