import type { Call } from './call.ts';
import { notAcceptable } from './status.ts';

/** In what form an answer is wanted. */
export interface Form {
  readonly format: 'json' | 'yaml';
  /** `as=Table;v=v1;g=meta.k8s.io` and its like. */
  readonly as?: { readonly kind: string; readonly group: string; readonly version: string };
}

const offered = ['application/json', 'application/yaml'];

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * The first form in the `Accept` header that can be served. `kinds` names the conversions that the place offers; a range that wants another one is passed over, as the API server does.
 * Throws a 406.
 */
export function negotiate(call: Call, kinds: readonly string[]): Form {
  const header = call.request.headers.accept ?? '';
  if (header.trim() === '') return { format: 'json' };
  for (const { type, parameters } of readRanges(header)) {
    const format = formatOf(type);
    if (format === undefined) continue;
    const kind = parameters.get('as');
    if (kind === undefined) return { format };
    const group = parameters.get('g') ?? '';
    const version = parameters.get('v') ?? '';
    if (kinds.includes(`${kind}.${version}.${group}`)) return { format, as: { kind, group, version } };
  }
  throw notAcceptable(offered);
}

function formatOf(type: string): Form['format'] | undefined {
  if (['*/*', 'application/*', 'application/json'].includes(type)) return 'json';
  return type === 'application/yaml' ? 'yaml' : undefined;
}

/** Ranges by falling quality, those of one quality as they stand. */
function readRanges(header: string): MediaRange[] {
  const ranges = header.split(',').map((text) => {
    const [type = '', ...rest] = text.split(';').map((part) => part.trim());
    const parameters = new Map(
      rest.map((part) => {
        const at = part.indexOf('=');
        return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
      }),
    );
    return { type: type.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? 1) };
  });
  return ranges.filter(({ quality }) => quality !== 0).sort((a, b) => b.quality - a.quality);
}
