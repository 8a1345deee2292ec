import type { Command } from 'commander';
import { list } from '../input-flags.ts';

/** What flags say of what lies around Istio's components, as commander gives it. */
export interface SurroundingsFlags {
  readonly apiServerCidr?: readonly string[];
  readonly apiServerSourceCidr?: readonly string[];
  readonly apiServerPort?: readonly string[];
  readonly nodeCidr?: readonly string[];
  readonly monitoring?: readonly string[];
  readonly mesh?: readonly string[];
  readonly dns?: readonly string[];
  readonly remoteCidr?: readonly string[];
  readonly remoteApiServerCidr?: readonly string[];
  readonly jwks?: readonly string[];
  readonly clientCidr?: readonly string[];
  readonly external?: readonly string[];
  readonly istiodPods?: readonly string[];
  readonly gatewayPods?: readonly string[];
}

/** Adds the flags that say what lies around Istio's components: what --check and --tight cannot see in manifests. */
export function addSurroundingsFlags(command: Command): Command {
  return command
    .addOption(list('--api-server-cidr <cidr>', 'where the API server answers, and calls webhooks from'))
    .addOption(list('--api-server-source-cidr <cidr>', 'where it calls webhooks from, if from elsewhere'))
    .addOption(list('--api-server-port <port>', 'port that it answers on (443 and 6443)'))
    .addOption(list('--node-cidr <cidr>', 'addresses of nodes, from which kubelets probe'))
    .addOption(list('--monitoring <peer>', 'who scrapes metrics'))
    .addOption(list('--mesh <peer>', 'namespaces of the mesh'))
    .addOption(list('--dns <peer>', 'who answers DNS: PEER[:PORT] or an address'))
    .addOption(list('--remote-cidr <cidr>', 'other networks of the mesh, virtual machines too'))
    .addOption(list('--remote-api-server-cidr <cidr>', "other clusters' API servers that istiod watches"))
    .addOption(list('--jwks <host>', 'whose keys istiod fetches: HOST[:PORT][=CIDR,… or PEER:PORT]'))
    .addOption(list('--client-cidr <cidr>', "who may come to the gateways' public ports"))
    .addOption(list('--external <host>', 'what egress gateways connect to; as --jwks'))
    .addOption(list('--istiod-pods <peer>', 'pods of istiod, where no chart and no manifest shows them'))
    .addOption(list('--gateway-pods <peer>', 'pods of Gateway API gateways and waypoints, likewise'));
}
