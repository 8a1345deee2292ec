/** What a lab is started with. Travels to the process inside as JSON. */
export interface LabOptions {
  /** A DNS label; several labs run side by side by their names. */
  readonly name: string;
  /** A pod in kube-system whose log carries the drops in that product's own form. */
  readonly nodeAgent?: 'kube-router' | 'calico';
  /** What sidecars are; the lab's own where it is not said. */
  readonly proxy?: ProxyChoice;
  /** What the user says runs for an image; goes before the table. */
  readonly images: readonly ImageEntry[];
  /** Names outside the cluster that the lab's DNS knows. */
  readonly resolve?: Readonly<Record<string, string>>;
}

/** What sidecars are: the lab's own proxy, or an Envoy of this machine. */
export type ProxyChoice =
  | { readonly kind: 'built-in' /** Why not Envoy, where nobody asked for it. */; readonly why?: string }
  | { readonly kind: 'envoy'; readonly path: string; readonly version: string | undefined };

/** An image and the program of this machine that stands for it. */
export interface ImageEntry {
  readonly image: string;
  readonly command: readonly string[];
}

/** A lab that runs, as it is seen from outside. */
export interface LabHandle {
  readonly name: string;
  /** Of the process inside, seen from outside. When it ends, everything of the lab ends with it. */
  readonly pid: number;
  /** Of its parent, which made the namespaces. */
  readonly parent: number;
  /** Of the API, on 127.0.0.1. */
  readonly port: number;
  /** A path. It lies on the lab's own file system, so that it goes away with the lab. */
  readonly kubeconfig: string;
  /** For kubectl's discovery cache (KUBECACHEDIR); likewise the lab's own. */
  readonly cache: string;
  readonly startedAt: Date;
  readonly token: string;
  readonly proxy: ProxyChoice;
  /** PEM. */
  readonly authority: string;
}

/** What the process inside writes about itself. */
export type LabRecord = Omit<LabHandle, 'pid' | 'parent' | 'kubeconfig' | 'cache' | 'startedAt'> & {
  readonly startedAt: string;
};

/** Where the lab keeps its files, in its own mount namespace. */
export const labDirectory = '/run/portcullis';
