import type { LintRule } from '../registry.ts';
import { contradictions } from './contradictions.ts';
import { danglingPeer } from './dangling-peer.ts';
import { dash } from './dash.ts';
import { defaultDeny } from './default-deny.ts';
import { ipBlocks } from './ip-blocks.ts';
import { meshPorts } from './mesh-ports.ts';
import { namedPort } from './named-port.ts';
import { plumbing } from './plumbing.ts';
import { policyTypes } from './policy-types.ts';
import { priorityTie } from './priority-tie.ts';
import { redundant } from './redundant.ts';
import { selectsNothing } from './selects-nothing.ts';
import { serviceAddresses } from './service-addresses.ts';
import { servicePortNamed } from './service-port.ts';
import { services } from './services.ts';
import { shadowed } from './shadowed.ts';
import { tunnelPort } from './tunnel-port.ts';
import { unreachableService } from './unreachable-service.ts';

/** Rules about NetworkPolicy, the admin tiers and Services: PC3001–PC3199. */
export const networkRules: readonly LintRule[] = [
  selectsNothing,
  contradictions,
  danglingPeer,
  redundant,
  shadowed,
  defaultDeny,
  servicePortNamed,
  namedPort,
  plumbing,
  meshPorts,
  tunnelPort,
  dash,
  ipBlocks,
  serviceAddresses,
  policyTypes,
  priorityTie,
  services,
  unreachableService,
];
