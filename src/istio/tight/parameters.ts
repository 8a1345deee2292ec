import type { Parameter } from './types.ts';

/** What a parameter tells, for sentences such as "not known: …", and how to say it. */
export interface ParameterWords {
  readonly what: string;
  readonly say: string;
}

/** Every parameter of the surroundings in words, with the flag that says it. */
export const parameters: Readonly<Record<Parameter, ParameterWords>> = {
  apiServer: { what: 'where the API server answers', say: '--api-server-cidr' },
  apiServerSources: { what: 'where the API server calls webhooks from', say: '--api-server-cidr' },
  nodes: { what: 'the addresses of the nodes', say: '--node-cidr' },
  monitoring: { what: 'who scrapes metrics', say: '--monitoring' },
  mesh: { what: 'which namespaces are in the mesh', say: '--mesh' },
  dns: { what: 'who answers DNS', say: '--dns' },
  remoteNetworks: { what: 'the addresses of the other networks', say: '--remote-cidr' },
  remoteApiServers: {
    what: "the addresses of the other clusters' API servers",
    say: '--remote-api-server-cidr',
  },
  jwks: { what: 'which servers istiod fetches keys of tokens from', say: '--jwks' },
  clients: { what: "who may come to the gateways' public ports", say: '--client-cidr' },
  external: { what: 'what egress gateways connect to', say: '--external' },
  istiod: { what: 'where istiod runs', say: '--istiod-pods' },
  gateways: { what: 'which gateways and waypoints there are', say: '--gateway-pods' },
};
