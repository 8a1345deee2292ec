import type { Shape, ShapeProblem } from '../../../manifest/index.ts';
import type { YamlNode } from '../../../yaml/index.ts';

const kinds: Readonly<Partial<Record<Shape['kind'], string>>> = { text: 'string', boolean: 'bool' };

/** The first value of a wrong type in the words of the converter that reads objects patched strategically (apimachinery's runtime.FromUnstructured). */
export function converterWords(problems: readonly ShapeProblem[]): string | undefined {
  const first = problems.find(({ kind }) => kind === 'wrong type');
  if (first?.wanted === undefined) return undefined;
  const { node, wanted } = first;
  const given = kindOf(node);
  switch (wanted.kind) {
    case 'struct':
      return `cannot restore struct from: ${given}`;
    case 'list':
      return `cannot restore slice from ${given}`;
    case 'map':
      return `cannot restore map from ${given}`;
    case 'integer or text':
      return `json: cannot unmarshal ${given} into Go value of type int32`;
    case 'integer':
      return given === 'float64'
        ? `cannot convert float64 to int${wanted.bits}`
        : `unrecognized type: int${wanted.bits}`;
    default:
      return wanted.kind === 'text' && /\d/.test(given)
        ? `cannot convert ${given} to string`
        : `unrecognized type: ${kinds[wanted.kind] ?? wanted.kind}`;
  }
}

function kindOf(node: YamlNode): string {
  if (node.kind === 'sequence') return 'slice';
  if (node.kind === 'mapping') return 'map';
  const { value } = node;
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return value !== null && /^-?\d+$/.test(value.number) ? 'int64' : 'float64';
}
