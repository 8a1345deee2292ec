import type { Format } from '../format.ts';
import { adminPolicyConformance } from './admin-policy-conformance.ts';
import { adminPolicyRandom } from './admin-policy-random.ts';
import { ambientAuthorization } from './ambient-authorization.ts';
import { authorizationValidation } from './authorization-validation.ts';
import { authorizationVectors } from './authorization-vectors.ts';
import { componentNetworkPolicy } from './component-network-policy.ts';
import { envoyConfig } from './envoy-config.ts';
import { istioctlInstallation } from './istioctl-installation.ts';
import { istioctlOutput } from './istioctl-output.ts';
import { networkPolicyCyclonus } from './network-policy-cyclonus.ts';
import { networkPolicyE2e } from './network-policy-e2e.ts';
import { networkPolicyRandom } from './network-policy-random.ts';
import { networkPolicyValidation } from './network-policy-validation.ts';
import { peerAuthentication } from './peer-authentication.ts';
import { policyAttachment } from './policy-attachment.ts';
import { yamlScalars } from './yaml-scalars.ts';

const formats: readonly Format[] = [
  adminPolicyConformance,
  adminPolicyRandom,
  ambientAuthorization,
  authorizationValidation,
  authorizationVectors,
  componentNetworkPolicy,
  envoyConfig,
  istioctlInstallation,
  istioctlOutput,
  networkPolicyCyclonus,
  networkPolicyE2e,
  networkPolicyRandom,
  networkPolicyValidation,
  peerAuthentication,
  policyAttachment,
  yamlScalars,
];

/** The format of a conformance file, told by its content. */
export function formatOf(data: Readonly<Record<string, unknown>>): Format | undefined {
  return formats.find((format) => format.recognises(data));
}
