import type { LintRule } from '../registry.ts';
import { assumingSidecars } from './assumed-mesh.ts';
import { authorizers } from './authorizers.ts';
import { clientAddresses } from './client-addresses.ts';
import { clientTls } from './client-tls.ts';
import { closedWorkloads } from './closed-workloads.ts';
import { contradictions } from './contradictions.ts';
import { destinationHosts } from './destination-hosts.ts';
import { dryRunNames } from './dry-run-names.ts';
import { hostPorts } from './host-ports.ts';
import { hostServices } from './host-services.ts';
import { hostValues } from './host-values.ts';
import { identityForms } from './identity-forms.ts';
import { methodValues } from './method-values.ts';
import { missingClients } from './missing-clients.ts';
import { pathEscapes } from './path-escapes.ts';
import { pathStars } from './path-stars.ts';
import { pathValues } from './path-values.ts';
import { peerConflicts } from './peer-conflicts.ts';
import { peerPorts } from './peer-ports.ts';
import { plaintextClients } from './plaintext-clients.ts';
import { policyPorts } from './policy-ports.ts';
import { redundantRules } from './redundant-rules.ts';
import { requestPrincipals } from './request-principals.ts';
import { rootSelectors } from './root-selectors.ts';
import { selectsNothing } from './selects-nothing.ts';
import { splitRules } from './split-rules.ts';
import { strictClients } from './strict-clients.ts';
import { targets } from './targets.ts';
import { tcpPorts } from './tcp-ports.ts';
import { textValues } from './text-values.ts';
import { tokenDemand } from './token-demand.ts';
import { tokenFields } from './token-fields.ts';
import { trustDomains } from './trust-domains.ts';
import { unguarded } from './unguarded.ts';
import { unreachedProxies } from './unreached-proxies.ts';
import { waypointBypass } from './waypoint-bypass.ts';
import { waypointIdentity } from './waypoint-identity.ts';
import { waypointLabels } from './waypoint-labels.ts';
import { ztunnelModes } from './ztunnel-modes.ts';
import { ztunnelPolicies } from './ztunnel-policies.ts';
import { ztunnelTrustDomains } from './ztunnel-trust-domains.ts';
import { ztunnelValues } from './ztunnel-values.ts';

/** Rules about Istio's policies: PC3201–PC3399, in the order of their codes. */
export const istioRules: readonly LintRule[] = [
  selectsNothing,
  targets,
  unguarded,
  unreachedProxies,
  closedWorkloads,
  waypointLabels,
  rootSelectors,
  contradictions,
  redundantRules,
  splitRules,
  ztunnelValues,
  identityForms,
  trustDomains,
  methodValues,
  pathValues,
  hostValues,
  pathStars,
  textValues,
  missingClients,
  tokenFields,
  requestPrincipals,
  hostServices,
  tcpPorts,
  ztunnelPolicies,
  ztunnelTrustDomains,
  waypointIdentity,
  waypointBypass,
  authorizers,
  tokenDemand,
  plaintextClients,
  strictClients,
  peerConflicts,
  peerPorts,
  clientTls,
  destinationHosts,
  ztunnelModes,
  policyPorts,
  hostPorts,
  pathEscapes,
  clientAddresses,
  dryRunNames,
].map(assumingSidecars);
