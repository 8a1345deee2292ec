import { setImmediate as nextTurn } from 'node:timers/promises';
import { answer, type Call, type RouteHandler } from '../api/index.ts';
import type { LabNetwork } from '../network/index.ts';
import type { RunningProxy } from '../proxy/index.ts';
import { type CellChoice, type Verification, verify } from '../verify/index.ts';
import type { View } from '../view/index.ts';

interface Parts {
  readonly network: LabNetwork;
  readonly view: View;
  readonly sidecars: ReadonlySet<RunningProxy>;
}

/** What the API of a lab answers beside Kubernetes': its drops, its rules, and its verification. */
export function labRoutes({ network, view, sidecars }: Parts): Readonly<Record<string, RouteHandler>> {
  const progress = { done: 0, total: 0 };
  const runVerify = async (choice: CellChoice): Promise<Verification> => {
    const { cluster, services, slices } = view.mesh();
    Object.assign(progress, { done: 0, total: 0 });
    // What was applied a moment ago is in force when this returns.
    await Promise.all([network.enforce(cluster), network.serve(services, slices)]);
    // Sidecars are told of changes at the end of the turn in which they came.
    await nextTurn();
    await Promise.all([...sidecars].map((sidecar) => sidecar.inForce()));
    return verify(
      { cluster, network, services, slices },
      { ...choice, onProgress: (done, total) => void Object.assign(progress, { done, total }) },
    );
  };
  return {
    drops: (call) => answer(call, 200, { items: network.drops() }),
    rules: async (call) => answer(call, 200, { text: await network.rules() }),
    verify: async (call) => {
      if (call.method !== 'POST') answer(call, 200, progress);
      else answer(call, 200, await runVerify(await readChoice(call)));
    },
  };
}

async function readChoice({ request }: Call): Promise<CellChoice> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { from, to, all = false, requests } = JSON.parse(text) as Partial<CellChoice>;
  return { from, to, all, requests };
}
