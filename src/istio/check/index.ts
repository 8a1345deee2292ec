export { checkComponents, outcomeOfCheck } from './check.ts';
export { whoDenies } from './findings.ts';
export { flows } from './flows.ts';
export {
  type GatewayRole,
  isEastWest,
  isEgressByName,
  isGatewayChart,
  roleOf,
  type WayIn,
  wayIn,
} from './gateway-role.ts';
export { podsOfPeer } from './peer-stand-ins.ts';
export { repairObject } from './policy-text.ts';
export { type CheckInput, type Scene, setScene } from './scene.ts';
export type * from './types.ts';
