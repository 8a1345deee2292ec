import { editDistance } from '../manifest/index.ts';

/**
 * The candidates nearest to what was written, nearest first: by edits to the name (what stands behind the last `/`), then to the whole. A name that
 * holds the other counts as near. At most `most`.
 */
export function closest(written: string, candidates: Iterable<string>, most = 5): string[] {
  const wanted = written.toLowerCase();
  const ranked = [...new Set(candidates)].map((candidate) => {
    const text = candidate.toLowerCase();
    return { candidate, name: distance(nameIn(wanted), nameIn(text)), whole: editDistance(wanted, text) };
  });
  ranked.sort((a, b) => a.name - b.name || a.whole - b.whole || (a.candidate < b.candidate ? -1 : 1));
  return ranked.slice(0, most).map(({ candidate }) => candidate);
}

function distance(wanted: string, text: string): number {
  if (text === wanted) return 0;
  return text.includes(wanted) || wanted.includes(text) ? 1 : editDistance(wanted, text);
}

function nameIn(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}
