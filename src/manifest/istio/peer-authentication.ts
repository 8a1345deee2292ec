import { checkSelector } from './attachment.ts';
import type { Findings } from './finding.ts';
import type { PeerSpec } from './messages.ts';

/** Checks a decoded PeerAuthentication as the webhook does. */
export function checkPeer(spec: PeerSpec, findings: Findings): void {
  const { selector, portLevelMtls } = spec;
  if (portLevelMtls !== undefined) {
    const path = ['spec', 'portLevelMtls'];
    const report = (message: string, ...more: readonly string[]) =>
      findings.errors.push({ code: 'PC2215', path: [...path, ...more], message });
    const selects = (selector?.matchLabels?.size ?? 0) > 0;
    if (!selects && portLevelMtls.size > 0) {
      report('mesh/namespace peer authentication cannot have port level mTLS');
    }
    if (portLevelMtls.size === 0) report('port level mTLS, if defined, must have at least one element');
    for (const port of portLevelMtls.keys()) {
      if (port < 1 || port > 65535) report('port must be in range 1..65535', String(port));
    }
  }
  checkSelector(selector, findings);
}
