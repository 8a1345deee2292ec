import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layer, Outcome, Span } from '../model/index.ts';
import type { PathEntry, ProjectSource, TemplateEntry } from '../sources/index.ts';
import { readDocuments, toPlainValue } from '../yaml/index.ts';
import type { RequestFlags } from './request-flags.ts';

/** A scenario: what is there from the start, and steps that apply and delete files and say what has to come of it. */
export interface Scenario {
  readonly title: string;
  readonly base: readonly ProjectSource[];
  readonly steps: readonly ScenarioStep[];
}

export interface ScenarioStep {
  readonly name: string;
  readonly say: string;
  readonly apply: readonly string[];
  readonly delete: readonly string[];
  readonly expect: readonly Expectation[];
}

/** What a question has to be answered with; only what is written is compared. */
export interface Expectation {
  readonly from: string;
  readonly to: string;
  /** Flags of `check`, by their long names. */
  readonly flags?: RequestFlags;
  readonly outcome: Outcome;
  readonly decidedBy?: {
    readonly layer: Layer;
    readonly at?: string;
    readonly rule?: string;
    readonly policy?: string;
  };
  readonly wouldDenyToo?: readonly { readonly layer: Layer; readonly rule?: string }[];
  readonly symptom?: Readonly<Record<string, string | number>>;
}

interface Written {
  readonly title: string;
  readonly base: readonly {
    path?: string;
    template?: string;
    namespace?: string;
    env?: Record<string, string>;
  }[];
  readonly steps: readonly (Omit<ScenarioStep, 'apply' | 'delete'> & {
    apply?: string[];
    delete?: string[];
  })[];
}

/** Reads `scenario.yaml` of a folder. */
export function readScenario(folder: string): Scenario {
  const name = join(folder, 'scenario.yaml');
  const text = readFileSync(name, 'utf8');
  const [document] = readDocuments(text);
  const problem = document?.problems.find((each) => each.severity === 'error');
  if (document?.root === undefined || problem !== undefined)
    throw new Error(`${name}: ${problem?.message ?? 'empty'}`);
  const { title, base, steps } = toPlainValue(document.root) as Written;
  const span: Span = { source: { name, text }, start: 0, end: 0 };
  return {
    title,
    base: base.map((entry) => sourceOf(entry, span)),
    steps: steps.map((step) => ({ ...step, apply: step.apply ?? [], delete: step.delete ?? [] })),
  };
}

function sourceOf(entry: Written['base'][number], span: Span): ProjectSource {
  const where = {
    span,
    recursive: false,
    ...(entry.namespace === undefined ? {} : { namespace: entry.namespace }),
  };
  if (entry.template === undefined)
    return { kind: 'path', path: entry.path ?? '.', ...where } satisfies PathEntry;
  const env = new Map(Object.entries(entry.env ?? {}));
  return { kind: 'template', path: entry.template, env, envOnly: false, ...where } satisfies TemplateEntry;
}

/** The sources in force after a step: the base, and the files that steps up to it have applied and not deleted. */
export function sourcesAfter(scenario: Scenario, step: number): readonly ProjectSource[] {
  const files = new Set<string>();
  for (const { apply, delete: gone } of scenario.steps.slice(0, step + 1)) {
    for (const file of gone) files.delete(file);
    for (const file of apply) files.add(file);
  }
  const { span } = scenario.base[0]!;
  return [
    ...scenario.base,
    ...[...files].map((path): PathEntry => ({ kind: 'path', path, recursive: false, span })),
  ];
}
