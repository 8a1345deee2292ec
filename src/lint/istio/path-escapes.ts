import { describeObject, type HttpRequest, type Mesh, type Request } from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import { closingFields, findEscape } from './closing-fields.ts';
import { authorizationPolicies } from './policies.ts';

/**
 * Paths that are kept out, and that a client writes otherwise: with or without a slash at the end (PC3284), or so that the mesh does not bring them into the
 * same form (PC3285).
 */
export const pathEscapes: LintRule = {
  codes: ['PC3284', 'PC3285'],
  *check(context) {
    const { pathNormalization } = context.cluster.mesh;
    for (const policy of authorizationPolicies(context.cluster)) {
      const told = new Set<number>();
      for (const field of closingFields(policy, 'paths')) {
        for (const [index, value] of field.values.entries()) {
          const common = { object: policy, path: [...field.path, index] };
          const what = `${describeObject(policy)}: ${field.written} ${JSON.stringify(value)}`;
          const slashed = slashForms(value);
          const bySlash =
            slashed &&
            findEscape(context, policy, field.rule, (request) => withPaths(request, slashed), 'gets past it');
          if (bySlash !== undefined) {
            yield {
              ...common,
              code: 'PC3284',
              severity: 'warning',
              message: `${what} does not keep out ${slashed![1]}`,
              help: `Many applications serve ${slashed![0]} and ${slashed![1]} alike: list both.`,
              proof: bySlash,
            };
          }
          const written = told.has(field.rule) ? undefined : otherForms(value, pathNormalization);
          const byForm =
            written &&
            findEscape(context, policy, field.rule, (request) => withPaths(request, written), 'gets past it');
          if (byForm === undefined) continue;
          told.add(field.rule);
          yield {
            ...common,
            code: 'PC3285',
            severity: 'info',
            message: `${what} does not keep out the same path written otherwise, for the mesh normalizes paths by ${pathNormalization} only`,
            help: `Set pathNormalization in the MeshConfig to ${pathNormalization === 'MERGE_SLASHES' ? 'DECODE_AND_MERGE_SLASHES' : 'MERGE_SLASHES or DECODE_AND_MERGE_SLASHES'}, or turn the policy round: allow the paths that are meant to be open.`,
            proof: byForm,
          };
        }
      }
    }
  },
};

type Paths = readonly [string, ...string[]];

function withPaths(
  request: Request,
  [named, ...others]: Paths,
): readonly [Request, ...Request[]] | undefined {
  if (request.http === undefined) return undefined;
  const { http } = request;
  const withPath = (path: string): Request => ({ ...request, http: { ...http, path } satisfies HttpRequest });
  return [withPath(named), ...others.map(withPath)];
}

/** A path that the value names, and its twin that differs in the last slash. Files have no such twin. */
function slashForms(value: string): Paths | undefined {
  if (/^\/.*\/(\*|\{\*\*\})$/.test(value)) {
    const parent = value.replace(/\/(\*|\{\*\*\})$/, '');
    return parent === '' || /[{*]/.test(parent) ? undefined : [`${parent}/`, parent];
  }
  if (/[*{]/.test(value) || !value.startsWith('/') || value === '/') return undefined;
  if (value.endsWith('/')) return [value, value.slice(0, -1)];
  return value.split('/').at(-1)!.includes('.') ? undefined : [value, `${value}/`];
}

/** A path that the value names, and the same one as the mesh leaves it unchanged though many applications read it alike. */
function otherForms(value: string, normalization: Mesh['pathNormalization']): Paths | undefined {
  if (!value.startsWith('/') || value.includes('{')) return undefined;
  const path = value.endsWith('*') ? `${value.slice(0, -1)}any` : value;
  if (path.includes('*') || path === '/') return undefined;
  const inner = path.indexOf('/', 1);
  const doubled = [`/${path}`, ...(inner > 0 ? [`${path.slice(0, inner)}/${path.slice(inner)}`] : [])];
  const encoded = inner > 0 ? [`${path.slice(0, inner)}%2F${path.slice(inner + 1)}`] : [];
  switch (normalization) {
    case 'NONE':
      return [path, `/.${path}`, `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`, ...doubled];
    case 'BASE':
      return [path, ...doubled, ...encoded];
    case 'MERGE_SLASHES':
      return encoded.length === 0 ? undefined : [path, ...encoded];
    case 'DECODE_AND_MERGE_SLASHES':
      return undefined;
  }
}
