export { type WaypointStatus, waypointStatuses } from './waypoint-status.ts';
export { convertForZtunnel } from './ztunnel-convert.ts';
export { groupMatches, policyMatches } from './ztunnel-match.ts';
export { failedConditions } from './ztunnel-near-miss.ts';
export { ztunnelKeysListed, ztunnelNotes, ztunnelPoliciesFor } from './ztunnel-select.ts';
export { type ZtunnelStatus, ztunnelStatus } from './ztunnel-status.ts';
