export { decodeText } from './decode.ts';
export { readDocuments, readRequestBody } from './documents.ts';
export { createWholeReader, readNodeAt } from './node-at.ts';
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
