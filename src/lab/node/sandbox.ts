import { closeSync } from 'node:fs';
import type { NetworkNamespace } from '../system/index.ts';
import { setHostname } from './linux.ts';
import { newHostNamespaces, type Place } from './place.ts';

/** What the containers of a pod share beside its volumes: network, host name, System V IPC. */
export interface Sandbox {
  readonly network: NetworkNamespace;
  /** Made when it is first asked for. */
  place(): Place;
  close(): void;
}

export function createSandbox(network: NetworkNamespace, hostname: string): Sandbox {
  let made: { readonly hostname: number; readonly ipc: number } | undefined;
  return {
    network,
    place() {
      made ??= newHostNamespaces(() => setHostname(hostname));
      return { network, ...made };
    },
    close() {
      if (made === undefined) return;
      closeSync(made.hostname);
      closeSync(made.ipc);
      made = undefined;
    },
  };
}
