import { inboundListener } from '../../istio/envoy/index.ts';
import { formatJson, formatYaml, type JsonValue } from '../../report/index.ts';
import { exitCodes } from '../exit.ts';
import { gatherCluster } from '../gather.ts';
import { tellerOf } from '../tell.ts';
import type { Terminal } from '../terminal.ts';
import type { EnvoyConfigFlags } from './envoy-config.ts';
import { findSidecarPod, sidecarNotes } from './sidecar-pod.ts';

/** Runs `istio envoy-config` and gives the exit code. Throws Refusal. */
export async function runEnvoyConfig(
  workload: string,
  flags: EnvoyConfigFlags,
  terminal: Terminal,
): Promise<number> {
  const { cluster } = await gatherCluster(flags, terminal, tellerOf(terminal, flags.color));
  const { pod, notes } = findSidecarPod(workload, cluster, flags.namespace ?? 'default');
  for (const note of [...notes, ...sidecarNotes(cluster, pod)]) terminal.warn(`note: ${note}\n`);
  const listener = JSON.parse(JSON.stringify(inboundListener(cluster, pod))) as JsonValue;
  terminal.print(flags.output === 'json' ? formatJson(listener) : formatYaml(listener));
  return exitCodes.ok;
}
