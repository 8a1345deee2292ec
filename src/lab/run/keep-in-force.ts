import type { LabNetwork } from '../network/index.ts';
import type { View } from '../view/index.ts';

/** Puts policies and Services into force whenever the picture changes. */
export function keepInForce(view: View, network: LabNetwork, onError: (error: unknown) => void): () => void {
  return view.subscribe(() => {
    const { cluster, services, slices } = view.mesh();
    network.enforce(cluster).catch(onError);
    network.serve(services, slices).catch(onError);
  });
}
