import { buildCluster, type Cluster, type ClusterOptions } from '../../src/cluster/index.ts';
import { readManifests } from '../../src/manifest/index.ts';

/** A cluster of Kubernetes objects in JSON form, read as a user's manifests are; mesh options stand for the MeshConfig. Throws when one of them is not taken. */
export function clusterOf(objects: readonly unknown[], options: ClusterOptions = {}): Cluster {
  const text = objects.map((object) => JSON.stringify(object)).join('\n');
  const manifests = readManifests([{ name: 'objects.json', text }]);
  const refused = manifests.rejected[0];
  if (refused !== undefined)
    throw new Error(`${refused.kind} ${refused.namespace}/${refused.name}: ${refused.why}`);
  return buildCluster(
    { ...manifests, ...(options.mesh === undefined ? {} : { mesh: options.mesh }) },
    options,
  );
}
