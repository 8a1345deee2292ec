export { decodeText } from './decode.ts';
export { readDocuments } from './documents.ts';
export type {
  MappingEntry,
  MappingNode,
  NumberText,
  ScalarNode,
  ScalarValue,
  SequenceNode,
  YamlDocument,
  YamlNode,
} from './nodes.ts';
export type { RepeatedKey, YamlProblem, YamlProblemCode } from './problems.ts';
export { resolvePlainScalar } from './scalars.ts';
export { nodeAt, toJson, toPlainValue } from './values.ts';
