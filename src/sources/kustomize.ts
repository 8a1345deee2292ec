import type { Diagnostic } from '../model/index.ts';
import { fault } from './fault.ts';
import { tooLarge } from './read.ts';
import { runTool, type ToolResult } from './tool.ts';

/** Bytes of manifests that a tool wrote, or why there are none. */
export type BuildResult = { readonly bytes: Uint8Array } | { readonly fault: Diagnostic };

/**
 * Builds the directory at `path` (absolute) with kubectl's kustomize, which is what `kubectl apply -k` uses, or else with kustomize
 * itself. `name` is what the user calls the directory.
 */
export async function buildKustomization(path: string, name: string): Promise<BuildResult> {
  const kubectl = await runTool('kubectl', ['kustomize', path], path);
  if (kubectl.kind !== 'missing') return buildResult('kubectl kustomize', name, kubectl);
  const kustomize = await runTool('kustomize', ['build', path], path);
  if (kustomize.kind !== 'missing') return buildResult('kustomize build', name, kustomize);
  const message = `cannot build ${name}: neither kubectl nor kustomize is on PATH`;
  return {
    fault: fault('PC1108', message, 'install one of them, or pass on what another machine built: -f -'),
  };
}

/** Turns what came of `command name` into manifests or a fault; the tool is known to exist. */
export function buildResult(
  command: string,
  name: string,
  result: Exclude<ToolResult, { kind: 'missing' }>,
): BuildResult {
  if (result.kind === 'done') return { bytes: result.stdout };
  if (result.kind === 'too large') return { fault: tooLarge(`the output of ${command} ${name}`) };
  const words = result.stderr === '' ? '' : `:\n${result.stderr}`;
  return { fault: fault('PC1109', `${command} ${name} ${result.status}${words}`) };
}
