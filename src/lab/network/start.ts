import { buildCluster } from '../../cluster/index.ts';
import type { EndpointSlice, Service } from '../store/index.ts';
import { ownNamespace, runProgram } from '../system/index.ts';
import { compilePolicies } from './compile-policies.ts';
import { compileServices } from './compile-services.ts';
import { dropReasons, keptBytes, logGroup } from './drop-reasons.ts';
import { watchDrops } from './drops.ts';
import { openLinks } from './links.ts';
import { mergeRuns } from './merge-runs.ts';
import { openPacketLog, type PacketLog } from './packet-log.ts';
import { defaultPlan } from './plan.ts';
import { emptyRuleset, type Ruleset, rulesetWriter, table, transaction } from './ruleset.ts';
import { sceneOf } from './scene.ts';
import type { LabNetwork, NetworkPlan } from './types.ts';

/**
 * Makes this process' own network namespace the node of a lab. `onError` hears of what goes wrong later and has no caller. Rejects where the kernel or a program that is needed (`nft`) is missing.
 */
export async function startNetwork(
  plan: NetworkPlan = defaultPlan,
  onError: (error: unknown) => void = () => undefined,
): Promise<LabNetwork> {
  const node = ownNamespace;
  const links = openLinks(plan, node);
  const { log, missing } = listen();
  const reasons = dropReasons(log !== undefined);
  const drops = watchDrops(log, reasons, links, onError);
  let cluster = buildCluster({ objects: [], foreign: [], rejected: [] });
  let services: readonly Service[] = [];
  let slices: readonly EndpointSlice[] = [];
  let inForce: Ruleset = emptyRuleset;

  const put = mergeRuns(async () => {
    const writer = rulesetWriter();
    const scene = sceneOf(cluster, links.all());
    compilePolicies({ scene, writer, reasons });
    compileServices(writer, plan, services, slices);
    const text = transaction(inForce, writer);
    if (text === undefined) return;
    await runProgram(node, 'nft', ['-f', '-'], text);
    inForce = writer;
  });
  await put();

  return {
    plan,
    node,
    outside: links.outside,
    notes: missing === undefined ? [] : [missing],
    async attach(key, options) {
      const link = links.add(key, options);
      await put();
      return link;
    },
    async detach(key) {
      links.remove(key);
      await put();
    },
    links: () => links.all(),
    enforce: (snapshot) => {
      cluster = snapshot;
      return put();
    },
    serve: (newServices, newSlices) => {
      services = newServices;
      slices = newSlices;
      return put();
    },
    rules: async () => {
      const devices = links
        .all()
        .map(({ key, address, device }) => `# ${device ?? 'node'} ${address} ${key}`);
      return [...devices, await runProgram(node, 'nft', ['list', 'table', ...table.split(' ')])].join('\n');
    },
    onDrop: (listener) => drops.subscribe(listener),
    drops: () => drops.sums(),
    close: async () => {
      drops.close();
      await put().catch(() => undefined);
      await runProgram(node, 'nft', ['delete', 'table', ...table.split(' ')]).catch(() => undefined);
      links.close();
    },
  };
}

/** The log of dropped packets, or what is to be said where the kernel has none: rules count all the same. */
function listen(): { readonly log: PacketLog | undefined; readonly missing?: string } {
  try {
    return { log: openPacketLog(ownNamespace, logGroup, keptBytes) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      log: undefined,
      missing: `dropped packets are counted by the rules that drop them and told nowhere: no NFLOG (${why})`,
    };
  }
}
