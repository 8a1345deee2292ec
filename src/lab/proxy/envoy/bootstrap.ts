import type { Pod } from '../../store/index.ts';
import { statTags } from '../admin/stat-tags.ts';
import { files, watchedFile } from './files.ts';
import { rootsSecret } from './secrets.ts';

/** Of Envoy's administration, as with Istio: inside the pod alone. */
export const adminPort = 15000;

const downstreamLimit = 'envoy.resource_monitors.global_downstream_max_connections';

/** What Envoy starts with. Everything else comes by files that it watches. Source: istio tools/packaging/common/envoy_bootstrap.json. */
export function bootstrap(pod: Pod, address: string, roots: string): object {
  const { name, namespace, labels } = pod.metadata;
  return {
    node: {
      id: `sidecar~${address}~${name}.${namespace}~${namespace}.svc.cluster.local`,
      cluster: `${labels?.app ?? name}.${namespace}`,
      metadata: { NAME: name, NAMESPACE: namespace, INSTANCE_IPS: address, MESH_ID: 'cluster.local' },
    },
    application_log_config: {
      log_format: { text_format: '%Y-%m-%dT%T.%fZ\t%l\tenvoy %n %g:%#\t%v\tthread=%t' },
    },
    layered_runtime: {
      layers: [
        {
          name: 'global config',
          static_layer: {
            // A path ends before its fragment, as Istio has it.
            'envoy.reloadable_features.http_reject_path_with_fragment': false,
            're2.max_program_size.error_level': 32768,
          },
        },
        { name: 'admin', admin_layer: {} },
      ],
    },
    stats_config: {
      use_all_default_tags: false,
      stats_tags: statTags.map(([label, { source }]) => ({ tag_name: label, regex: source })),
    },
    overload_manager: {
      resource_monitors: [
        {
          name: downstreamLimit,
          typed_config: {
            '@type':
              'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
            max_active_downstream_connections: 2 ** 31 - 1,
          },
        },
      ],
    },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: adminPort } } },
    static_resources: { secrets: [rootsSecret(roots)] },
    dynamic_resources: {
      lds_config: watchedFile(files.listeners),
      cds_config: watchedFile(files.clusters),
    },
  };
}
