import { istiodFlows, nodeAgentFlows } from './component-flows.ts';
import { ambientFlows, gatewayFlows, proxyFlows } from './proxy-flows.ts';
import type { Flow } from './types.ts';

/** Every flow that Istio or its users need, in the order of reports. */
export const flows: readonly Flow[] = [
  ...istiodFlows,
  ...nodeAgentFlows,
  ...gatewayFlows,
  ...proxyFlows,
  ...ambientFlows,
];

const byId: ReadonlyMap<string, Flow> = new Map(flows.map((flow) => [flow.id, flow]));

/** The flow of an id. Throws for one that there is none of: a mistake of the program. */
export function flowNamed(id: string): Flow {
  const flow = byId.get(id);
  if (flow === undefined) throw new Error(`no flow ${id}`);
  return flow;
}
