import type { Shape, ShapeProblem, Struct } from './kit/index.ts';

/** The Go type of a field (`[]v1.PolicyType`) where it has a name of its own; undefined where its shape tells it. */
export type GoTypes = (struct: Struct, field: string) => string | undefined;

const namedTypes: Readonly<Record<string, string>> = {
  'NetworkPolicyPort.protocol': 'v1.Protocol',
  'NetworkPolicySpec.policyTypes': '[]v1.PolicyType',
  'LabelSelectorRequirement.operator': 'v1.LabelSelectorOperator',
  'ObjectMeta.uid': 'types.UID',
};

function networkPolicyTypes({ name }: Struct, field: string): string | undefined {
  return namedTypes[`${name}.${field}`];
}

/**
 * The one error of the decoder. It stops at a `port` that it cannot read, as that type reads itself; of values of other wrong types it
 * keeps the first and reads on.
 */
export function findDecodeError(
  problems: readonly ShapeProblem[],
  types: GoTypes = networkPolicyTypes,
): string | undefined {
  const mistyped = problems.filter(({ kind }) => kind === 'wrong type');
  const first = mistyped.find(({ wanted }) => wanted?.kind === 'integer or text') ?? mistyped[0];
  return first && goTypeError(first, types);
}

/**
 * The API server's words for a value of the wrong type:
 * `json: cannot unmarshal string into Go struct field IPBlock.spec.egress.to.ipBlock.except of type []string`.
 */
export function goTypeError(problem: ShapeProblem, types: GoTypes = networkPolicyTypes): string {
  const { path, depth, struct, wanted } = problem;
  const names = path.slice(0, depth).filter((part) => typeof part === 'string');
  const named = types(struct, String(names.at(-1)));
  const type = (named && within(named, path.length - depth)) ?? (wanted === undefined ? '' : goType(wanted));
  return `json: cannot unmarshal ${describeValue(problem)} into Go struct field ${struct.name}.${names.join('.')} of type ${type}`;
}

/** The type of what is in a list or map of that type, so many levels down. */
function within(type: string, levels: number): string | undefined {
  let inner = type;
  for (let i = 0; i < levels; i++) {
    const member = /^(?:\[\]|map\[string\])(.*)$/.exec(inner);
    if (member === null) return undefined;
    inner = member[1]!;
  }
  return inner;
}

/** A number is quoted where an integer was wanted, as the number itself is then at fault. */
function describeValue({ node, wanted }: ShapeProblem): string {
  if (node.kind === 'sequence') return 'array';
  if (node.kind === 'mapping') return 'object';
  const { value } = node;
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (value === null) return 'null';
  const integer = wanted?.kind === 'integer' || wanted?.kind === 'integer or text';
  return integer ? `number ${value.literal ?? value.number}` : 'number';
}

function goType(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'integer':
      return `int${shape.bits}`;
    case 'integer or text':
      return 'int32';
    case 'list':
      return `[]${goType(shape.of)}`;
    case 'map':
      return `map[string]${goType(shape.of)}`;
    case 'struct':
      return `v1.${shape.name}`;
    case 'anything':
      return 'interface {}';
  }
}
