/** What a command of istioctl wrote, and its exit code. */
export interface IstioctlOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** What Envoy's admin port answered; `failure` says, as a clause, why it could not be asked. */
export type AdminAnswer = { readonly status: number; readonly body: string } | { readonly failure: string };

/** Envoy's admin port, as istioctl reaches it through a port-forward. Paths have no slash in front: `logging?rbac=debug`. */
export interface EnvoyAdmin {
  readonly get: (path: string) => Promise<AdminAnswer>;
  readonly post: (path: string) => Promise<AdminAnswer>;
}

export interface PodName {
  readonly name: string;
  readonly namespace: string;
}

/** Pods that something names; `failure` as istioctl would say it behind `Error: `. */
export type FoundPods = readonly PodName[] | { readonly failure: string };

/** Everything outside itself that istioctl asks. */
export interface IstioctlWorld {
  /** The namespace of the kubeconfig's context. */
  readonly defaultNamespace: string;
  readonly now: () => Date;
  /** A file's text, or what Go says of a file that cannot be read: `open F: no such file or directory`. */
  readonly readFile: (name: string) => string | { readonly failure: string };
  readonly admin: (pod: PodName, port: number) => EnvoyAdmin;
  /** The pods behind `TYPE/NAME`, in the order in which istioctl takes them. */
  readonly podsOf: (resource: string, namespace: string) => Promise<FoundPods>;
  /** The pods that a label selector selects. */
  readonly podsSelected: (selector: string, namespace: string) => Promise<FoundPods>;
  /** The document `values` of the ConfigMap istio-sidecar-injector; undefined where there is none. */
  readonly injectorValues: (istioNamespace: string) => Promise<string | undefined>;
}
