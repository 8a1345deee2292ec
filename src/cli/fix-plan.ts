import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildCluster } from '../cluster/index.ts';
import { type FixPlan, type FixSource, planFixes, type ReadTexts } from '../debug/fix/index.ts';
import { readManifests } from '../manifest/index.ts';
import type { Request, Source } from '../model/index.ts';
import { type LoadedSource, readFileText } from '../sources/index.ts';
import type { FixFlags } from './fix-flags.ts';
import type { Gathered } from './gather.ts';

/** So many fixes are looked for where nobody asks for more. */
const usual = 5;

/** Finds fixes for requests that should be allowed, one after the other, in the texts that a cluster was read from. */
export function planFor(
  gathered: Gathered,
  flags: FixFlags & { readonly namespace?: string },
  cwd: string,
  requests: readonly Request[],
): FixPlan {
  const choice = typeof flags.write === 'number' ? flags.write : 1;
  const sources = distinctNames(gathered.sources);
  return planFixes({
    sources: sources.map(({ source, isFirst }) => ({ ...source, editable: isFirst && isFile(source, cwd) })),
    read: readerOf({ ...gathered, sources }, flags.namespace),
    requests,
    choice,
    toWrite: flags.write !== undefined,
    limit: Math.max(usual, flags.fixes ?? 0, choice),
  });
}

interface NamedSource extends LoadedSource {
  /** False where another text has come under this name. */
  readonly isFirst: boolean;
}

/** A template that is read several times gives several texts of one name, and fixes tell texts by their names. */
function distinctNames(sources: readonly LoadedSource[]): readonly NamedSource[] {
  const seen = new Map<string, number>();
  return sources.map((each) => {
    const { name, text } = each.source;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return {
      ...each,
      source: { name: times === 1 ? name : `${name} (${times})`, text },
      isFirst: times === 1,
    };
  });
}

/** Reads texts as those of the cluster were read: the same namespaces for objects that name none, and the same settings. */
function readerOf(
  { sources, options }: Pick<Gathered, 'sources' | 'options'>,
  namespace: string | undefined,
): FixReader {
  const own = new Map(sources.map((each) => [each.source.name, each.namespace]));
  return (texts) => {
    const namespaces = new Map(
      texts.flatMap((text) => {
        const named = own.get(text.name);
        return named === undefined ? [] : [[text, named] as const];
      }),
    );
    const manifests = readManifests(texts, {
      namespaces,
      ...(namespace === undefined ? {} : { namespace }),
    });
    return { manifests, cluster: buildCluster(manifests, options) };
  };
}

type FixReader = (sources: readonly Source[]) => ReadTexts;

/** Is the text just what stands in the file of its name? Not where it was rendered, came through a pipe, or is of another revision. */
function isFile({ name, text }: FixSource, cwd: string): boolean {
  const path = resolve(cwd, name);
  if (name === '-' || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const read = readFileText(path, cwd);
  return 'source' in read && read.source.text === text;
}
