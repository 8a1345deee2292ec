import type { Finder, Look } from '../look.ts';
import type { ComponentFinding } from '../types.ts';
import { findByChance } from './by-chance.ts';
import { findMissingPorts, findNamedPorts, findNetworkGateway } from './gateway-ports.ts';
import { findOverriddenLabels, findPrintedNumbers } from './labels.ts';
import { findGlobals, findInnerDefaults, findOverridden } from './overridden.ts';
import { findRefused } from './refused.ts';
import { findRetyped } from './retyped.ts';
import { findSchemaFaults } from './schema.ts';
import { findScopedOut, findWithoutPods } from './scope.ts';
import { findHostNetwork, findOtherRevisions, findWholeNamespace } from './selected.ts';
import { findMisplacedSwitch, findOddSwitch, findTooEarly } from './switched-on.ts';
import { findWholeChart } from './whole-chart.ts';

export { findSchemaFaults } from './schema.ts';

const finders: readonly Finder[] = [
  findSchemaFaults,
  findWholeChart,
  findByChance,
  findRetyped,
  findRefused,
  findNetworkGateway,
  findNamedPorts,
  findMissingPorts,
  findWholeNamespace,
  findHostNetwork,
  findOtherRevisions,
  findOverriddenLabels,
  findPrintedNumbers,
  findOddSwitch,
  findMisplacedSwitch,
  findTooEarly,
  findScopedOut,
  findWithoutPods,
  findOverridden,
  findGlobals,
  findInnerDefaults,
];

/** Everything worth telling about a rendering: what stops Helm first, then what the API server refuses, then what surprises. */
export function findingsOf(look: Look): readonly ComponentFinding[] {
  return finders.flatMap((finder) => finder(look));
}
