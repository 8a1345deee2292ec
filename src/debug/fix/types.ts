import type { Cluster } from '../../cluster/index.ts';
import type { Change, MapDiff, PairGroup } from '../../diff/index.ts';
import type { Manifests } from '../../manifest/index.ts';
import type { FieldPath, KindedObject, PolicyReference, Request, Source, Step } from '../../model/index.ts';

/** A text that manifests were read from. `editable: false`: nobody's file has this text (a template, Helm, kustomize, standard input, git). */
export interface FixSource extends Source {
  readonly editable?: boolean;
}

/** A cluster with what it was read from. */
export interface ReadTexts {
  readonly manifests: Manifests;
  readonly cluster: Cluster;
}

/** A request that should be allowed. */
export interface WantedRequest extends Request {
  /** Nobody knows what is sent: its packets are to get through, and what proxies say to it is left alone. */
  readonly packets?: true;
}

/** What a search for fixes is asked. */
export interface FixInput {
  readonly sources: readonly FixSource[];
  /** Builds the cluster from these texts, as it was built the first time: same names of sources, same settings. */
  readonly read: (sources: readonly Source[]) => ReadTexts;
  /** What should be allowed. */
  readonly request: Request;
  /** At most so many fixes are given; 5 where left out. */
  readonly limit?: number;
}

/**
 * Fixes, best first; or why there is none. `step` is the layer that denies. `builtOn`: so many fixes of a plan had been made in the texts before, and what is found is to be had
 * with them only; left out where none had.
 */
export type FixSearch = { readonly builtOn?: number } & (
  | {
      readonly kind: 'fixes';
      readonly fixes: readonly Fix[];
      readonly advice: readonly Advice[];
      /** Which of them a plan has taken; left out where none was. */
      readonly taken?: Fix;
    }
  | { readonly kind: 'no fix'; readonly why: NoFix; readonly advice: readonly Advice[] }
);

/** Why no edit of a policy is offered. */
export type NoFix =
  | { readonly kind: 'already allowed' }
  /** The verdict is unknown: it turns on what nobody said. */
  | { readonly kind: 'not known'; readonly step: Step }
  /** The request brings no token, or a bad one: no policy is at fault. */
  | { readonly kind: 'token'; readonly step: Step }
  /** The Service leads nowhere. */
  | { readonly kind: 'no endpoint'; readonly step: Step }
  /** Only a change at the client helps: its certificate, its TLS. */
  | { readonly kind: 'client'; readonly step: Step }
  /** An external authorizer says no. */
  | { readonly kind: 'authorizer'; readonly step: Step; readonly provider: string }
  /** The request is refused before any policy is asked. */
  | { readonly kind: 'bad request'; readonly step: Step }
  /** Edits were tried, and none of them lets the request through. */
  | { readonly kind: 'nothing found'; readonly step: Step; readonly tried: number };

/** What helps, too, and is no edit of a policy. */
export type Advice =
  | { readonly kind: 'put the client into the mesh'; readonly pod: string }
  /** The client has an identity and does not show it: no Service that was given leads to the pod that it calls. */
  | { readonly kind: 'give the Service'; readonly pod: string; readonly client: string }
  | { readonly kind: 'send a token'; readonly text: string; readonly rule?: PolicyReference };

/** Edits that together let the request through; that they do is a verdict on the edited texts. */
export interface Fix {
  /** In the order in which layers deny. */
  readonly actions: readonly FixAction[];
  readonly edits: readonly FileEdit[];
  /** Everything else that is allowed now, as pairs of workloads; the pair of the request is not among them. */
  readonly newlyAllowed: readonly PairGroup[];
  /** What changes for the pair of the request itself: at least the request. It may be wider, by ports or by requests. */
  readonly asked: readonly Change[];
  /** What is not allowed any more: empty, for edits that shut out somebody else are no fix. */
  readonly newlyDenied: readonly PairGroup[];
  /** Pairs that change too and are in no group, because there are too many; 0 as a rule. */
  readonly furtherPairs: number;
  readonly widening: Widening;
  /** Who may talk to whom before and after, for what names ends and ports. */
  readonly diff: MapDiff;
  /** False where some text is nobody's file: the edits show what to change, and cannot be written. */
  readonly editable: boolean;
}

/** How much wider a fix opens than asked; compared field by field, in this order. */
export interface Widening {
  /** Pairs beside that of the request for which more is allowed. */
  readonly pairs: number;
  /** Ports beside that of the request, between its own ends. */
  readonly ports: number;
  /** Ports of the other pairs, each counted for each pair. */
  readonly portsElsewhere: number;
  readonly edits: number;
  /** Which of method and path of the request are left open, 0 to 2; 0 where it is not HTTP. */
  readonly http: number;
  /** How far the edits reach by their own words: who they name, which ports, for which workload; 0 where all is named. */
  readonly breadth: number;
  /** Characters added and taken away. */
  readonly text: number;
}

/** Values as JSON has them. */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** One change of one object. */
export type FixAction =
  /** A value is added to a list (`principals`, `ports`, `cidr`), which is the first to name it there. */
  | ObjectAction<'add value'>
  /** A peer (a source), a port, an operation or a rule of any kind is added to a list of them; `path` is that of the list. */
  | ObjectAction<'add peer'>
  | ObjectAction<'add port'>
  | ObjectAction<'add operation'>
  | ObjectAction<'add rule'>
  /** A value of a list that denies is left out. */
  | ObjectAction<'remove value'>
  /** A rule, or a source of it, that denies is left out. */
  | ObjectAction<'remove rule'>
  /** Somebody is exempted from a rule that denies: a value is added under a `not…` field. */
  | ObjectAction<'exempt'>
  /** A rule that denies is written as several, one of which spares the request. */
  | ObjectAction<'split rule'>
  /** A field gets another value. */
  | ObjectAction<'set field'>
  /** A new policy; `beside` is the one that denies, in whose file it is written. */
  | {
      readonly kind: 'add policy';
      readonly object: KindedObject;
      readonly value: PlainValue;
      readonly beside: KindedObject;
    };

interface ObjectAction<K extends string> {
  readonly kind: K;
  /** As it was before. */
  readonly object: KindedObject;
  /** Of the field that changes: a list that grows, a field that is set. */
  readonly path: FieldPath;
  /** What is added, left out or set. */
  readonly value: PlainValue;
}

/** A text before and after. */
export interface FileEdit {
  /** Name of the source. */
  readonly source: string;
  /** Undefined: the file is new. */
  readonly before: string | undefined;
  readonly after: string;
  readonly editable: boolean;
}

/** Fixes for several requests, which build upon each other in their order. */
export interface FixPlan {
  readonly fixes: readonly PlannedFix[];
  /** All that was taken, together. */
  readonly edits: readonly FileEdit[];
}

export interface PlannedFix {
  readonly request: WantedRequest;
  /** In the texts that the fixes before it left: what they allow too is `already allowed`. */
  readonly search: FixSearch;
  readonly taken?: Fix;
  /** With all that was taken: does the request get through? */
  readonly allowed: boolean;
}
