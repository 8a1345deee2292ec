import type { EnvoyListener } from './listener-types.ts';

const types = 'type.googleapis.com/envoy';

/** What Envoy would answer to GET /config_dump, with this listener in force and nothing else. */
export function configDump(listener: EnvoyListener): object {
  const active = { '@type': `${types}.config.listener.v3.Listener`, ...listener };
  return {
    configs: [
      {
        '@type': `${types}.admin.v3.ListenersConfigDump`,
        dynamic_listeners: [{ name: listener.name, active_state: { listener: active } }],
      },
    ],
  };
}
