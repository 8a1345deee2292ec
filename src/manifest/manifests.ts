import type { Diagnostic, KindedObject, MeshSettings, ModelObject, Source } from '../model/index.ts';

/** Everything that was read from some texts. */
export interface Manifests {
  /** In the order of the texts; of two with one name the later. */
  readonly objects: readonly ModelObject[];
  /** What the API server would refuse, and pieces that cannot be read: not in force, but a verdict may depend on them. */
  readonly rejected: readonly RejectedObject[];
  /** Kinds that are not read, and how many objects of each there were. */
  readonly ignored: ReadonlyMap<string, number>;
  /** Policies of kinds that Portcullis does not read (CiliumNetworkPolicy, EnvoyFilter, …). */
  readonly foreign: readonly KindedObject[];
  readonly diagnostics: readonly Diagnostic[];
  /** From the ConfigMap `istio`, where there was one. */
  readonly mesh?: MeshSettings;
}

export interface RejectedObject {
  /** undefined: not even this could be read. */
  readonly kind: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** The object as far as it could be decoded; without a spec where it could not. */
  readonly object: KindedObject;
  /** One line: why it is not taken. */
  readonly why: string;
}

export interface ReadOptions {
  /** The namespace of objects that name none; `default` where absent. */
  readonly namespace?: string;
  /** The same for single texts; goes before `namespace`. */
  readonly namespaces?: ReadonlyMap<Source, string>;
}
