import type { FieldPath } from '../../model/index.ts';
import type { MappingNode, NumberText, ScalarValue, YamlNode } from '../../yaml/index.ts';
import type { Shape, Struct } from './shape.ts';
import { sortEntries } from './sort-entries.ts';

/** A place where a text does not have the shape that its kind wants. */
export interface ShapeProblem {
  readonly kind: 'unknown field' | 'wrong type';
  /** Of the field, with list indexes. */
  readonly path: FieldPath;
  /** How many leading parts of `path` name the field of `struct`; the rest is an index or a key within its list or map. */
  readonly depth: number;
  readonly node: YamlNode;
  /** The struct that has, or lacks, the field in which the value stands. */
  readonly struct: Struct;
  /** What the value should be; of a list's member or a map's value its own shape. Absent for an unknown field. */
  readonly wanted?: Shape;
}

export interface CheckOptions {
  /** Go through keys in their sorted order, as the API server does for text that was YAML. */
  readonly sorted?: boolean;
  /**
   * Members of lists that are null: built-in kinds read them as the empty value, custom resources refuse them.
   * Fields that are null are absent in both.
   */
  readonly nullMembers?: 'empty' | 'refused';
}

interface Walk {
  readonly path: (string | number)[];
  depth: number;
  readonly problems: ShapeProblem[];
  readonly sorted: boolean;
  readonly refuseNull: boolean;
}

/**
 * Holds a node against a struct, all the way down: fields that the struct does not have, values of another type.
 * Field names are case sensitive. Gives the problems in reading order; nothing is reported from inside an unknown field.
 */
export function checkShape(root: YamlNode, struct: Struct, options: CheckOptions = {}): ShapeProblem[] {
  const walk: Walk = {
    path: [],
    depth: 0,
    problems: [],
    sorted: options.sorted === true,
    refuseNull: options.nullMembers === 'refused',
  };
  checkValue(root, struct, struct, walk);
  return walk.problems;
}

function checkValue(node: YamlNode, shape: Shape, owner: Struct, walk: Walk): void {
  if (node.kind === 'scalar' && node.value === null) return;
  if (!hasType(node, shape)) {
    addWrongType(node, shape, owner, walk);
  } else if (node.kind === 'sequence' && shape.kind === 'list') {
    for (let i = 0; i < node.items.length; i++) {
      walk.path.push(i);
      checkMember(node.items[i]!, shape.of, owner, walk);
      walk.path.pop();
    }
  } else if (node.kind === 'mapping' && shape.kind === 'map') {
    for (const { key, value } of entriesOf(node, walk)) {
      walk.path.push(key);
      checkValue(value, shape.of, owner, walk);
      walk.path.pop();
    }
  } else if (node.kind === 'mapping' && shape.kind === 'struct') checkFields(node, shape, walk);
}

function checkMember(node: YamlNode, shape: Shape, owner: Struct, walk: Walk): void {
  const isNull = node.kind === 'scalar' && node.value === null;
  if (isNull && walk.refuseNull && shape.kind !== 'anything') {
    addWrongType(node, shape, owner, walk);
  } else checkValue(node, shape, owner, walk);
}

function addWrongType(node: YamlNode, wanted: Shape, struct: Struct, walk: Walk): void {
  walk.problems.push({ kind: 'wrong type', path: [...walk.path], depth: walk.depth, node, struct, wanted });
}

function checkFields(node: MappingNode, struct: Struct, walk: Walk): void {
  const outer = walk.depth;
  for (const { key, value } of entriesOf(node, walk)) {
    const shape = struct.fields.get(key);
    walk.path.push(key);
    walk.depth = walk.path.length;
    if (shape !== undefined) checkValue(value, shape, struct, walk);
    else {
      walk.problems.push({
        kind: 'unknown field',
        path: [...walk.path],
        depth: walk.depth,
        node: value,
        struct,
      });
    }
    walk.path.pop();
  }
  walk.depth = outer;
}

function hasType(node: YamlNode, shape: Shape): boolean {
  switch (shape.kind) {
    case 'anything':
      return true;
    case 'list':
      return node.kind === 'sequence';
    case 'map':
    case 'struct':
      return node.kind === 'mapping';
  }
  if (node.kind !== 'scalar') return false;
  const { value } = node;
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return isNumber(value) && isInteger(value.literal ?? value.number, shape.bits);
    case 'integer or text':
      return typeof value === 'string' || (isNumber(value) && isInteger(value.literal ?? value.number, 32));
  }
}

function isNumber(value: ScalarValue): value is NumberText {
  return typeof value === 'object' && value !== null;
}

/** A number as Go reads it into an intN: digits only, without fraction or exponent, and in range. */
function isInteger(digits: string, bits: 32 | 64): boolean {
  if (!/^-?\d+$/.test(digits)) return false;
  const value = BigInt(digits);
  return BigInt.asIntN(bits, value) === value;
}

function entriesOf(node: MappingNode, walk: Walk): MappingNode['entries'] {
  return walk.sorted ? sortEntries(node.entries) : node.entries;
}
