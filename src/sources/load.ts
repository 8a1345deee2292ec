import { resolve } from 'node:path';
import { expandKustomization, expandPath } from './expand.ts';
import { fault } from './fault.ts';
import { type Job, runSteps, stepsOf } from './jobs.ts';
import { maxBytes, tooLarge } from './read.ts';
import { readText, type TextResult } from './text.ts';
import type { Loaded, SourceRequest } from './types.ts';

/**
 * Reads what a command line names, in the order in which it names it, and of each directory and glob in the order of names. What is
 * named twice is read once. Never throws: what cannot be read is a diagnostic with its path (PC11xx), and the rest is read.
 */
export async function loadSources(request: SourceRequest): Promise<Loaded> {
  const { recursive, cwd, env, envOnly = false, display = (path: string) => path } = request;
  const options = { base: resolve(cwd), recursive, templates: false, display };
  const reading = { fill: { env, envOnly } };
  const steps = [
    ...request.files.flatMap((path) =>
      path === '-' ? [standardInput(request)] : stepsOf(expandPath(path, options), reading),
    ),
    ...(request.kustomize ?? []).flatMap((path) => stepsOf(expandKustomization(path, options), reading)),
  ];
  return runSteps(steps, 2);
}

function standardInput(request: SourceRequest): Job {
  return { identity: '-', read: () => readStandardInput(request) };
}

async function readStandardInput(request: SourceRequest): Promise<TextResult> {
  try {
    const bytes = await request.stdin();
    return bytes.length > maxBytes ? { fault: tooLarge('standard input') } : readText('-', bytes);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { fault: fault('PC1102', `cannot read standard input: ${cause}`) };
  }
}
