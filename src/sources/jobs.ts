import type { Diagnostic, Source, Span } from '../model/index.ts';
import { isTemplate } from './names.ts';
import { readBytes } from './read.ts';
import { fillTemplate, type TemplateOptions } from './template.ts';
import { readText, type TextResult } from './text.ts';
import type { Expansion, Loaded, LoadedSource, Piece } from './types.ts';

/** One text to get, or something to say in its place. */
export interface Job {
  /** What is read; of equal jobs only the first is run. */
  readonly identity: string;
  read(): Promise<TextResult> | TextResult;
  /** Set where the text is a template. */
  readonly fill?: TemplateOptions | undefined;
  readonly namespace?: string | undefined;
  /** The place for diagnostics that have none: the entry of the project file. */
  readonly place?: Span | undefined;
}

/** A job, or what was said instead of one. */
export type Step = Job | { readonly said: Diagnostic; readonly place?: Span | undefined };

/** How the pieces of one path are read. */
export interface PieceOptions {
  readonly fill: TemplateOptions;
  /** Fill in every file, and not only those that are named as templates. */
  readonly fillAll?: boolean;
  readonly namespace?: string | undefined;
  readonly place?: Span | undefined;
}

/** The jobs for what a path stands for, and after them what there was to say about it. */
export function stepsOf(expansion: Expansion, options: PieceOptions): Step[] {
  const { place, namespace } = options;
  const jobs = expansion.pieces.map((piece) => {
    const isFilled = piece.kind === 'file' && (options.fillAll || isTemplate(piece.name));
    const fill = isFilled ? options.fill : undefined;
    // One template may stand for several services, each with values of its own.
    const values = fill === undefined ? '' : JSON.stringify([...fill.env]);
    const identity = `${piece.kind} ${piece.path} ${values}`;
    return { identity, read: () => readPiece(piece), fill, namespace, place };
  });
  return [...jobs, ...expansion.diagnostics.map((said) => ({ said, place }))];
}

async function readPiece(piece: Piece): Promise<TextResult> {
  if (piece.kind === 'file') {
    const read = readBytes(piece.path, piece.name);
    return 'fault' in read ? read : readText(piece.name, read.bytes);
  }
  const { buildKustomization } = await import('./kustomize.ts');
  const built = await buildKustomization(piece.path, piece.name);
  return 'fault' in built ? built : readText(`kustomize ${piece.name}`, built.bytes);
}

/** Runs the jobs, `width` at a time; texts and diagnostics come in the order of the steps. */
export async function runSteps(steps: readonly Step[], width: number): Promise<Loaded> {
  const seen = new Set<string>();
  const wanted = steps.filter(
    (step) => 'said' in step || (!seen.has(step.identity) && seen.add(step.identity)),
  );
  const results: StepResult[] = new Array(wanted.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < wanted.length; index = next++)
      results[index] = await runStep(wanted[index]!);
  };
  await Promise.all(Array.from({ length: width }, work));
  return {
    sources: results.flatMap(({ source }) => source ?? []),
    diagnostics: results.flatMap(({ diagnostics }) => diagnostics),
  };
}

interface StepResult {
  readonly source?: LoadedSource;
  readonly diagnostics: readonly Diagnostic[];
}

async function runStep(step: Step): Promise<StepResult> {
  if ('said' in step) return { diagnostics: [placed(step.said, step.place)] };
  const read = await step.read();
  if ('fault' in read) return { diagnostics: [placed(read.fault, step.place)] };
  const filled = step.fill === undefined ? plain(read.source) : fillTemplate(read.source, step.fill);
  return {
    source:
      step.namespace === undefined
        ? { source: filled.source }
        : { source: filled.source, namespace: step.namespace },
    diagnostics: [...(read.diagnostics ?? []), ...filled.diagnostics].map((diagnostic) =>
      placed(diagnostic, step.place),
    ),
  };
}

function plain(source: Source): ReturnType<typeof fillTemplate> {
  return { source, diagnostics: [] };
}

function placed(diagnostic: Diagnostic, place: Span | undefined): Diagnostic {
  return place === undefined || diagnostic.span !== undefined ? diagnostic : { ...diagnostic, span: place };
}
