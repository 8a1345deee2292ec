export {
  type CollectedValues,
  collectValues,
  type FlagFault,
  type LocatingFile,
  locateExactly,
  locateValue,
  type ReadFlag,
  type ValueOrigin,
  type ValueSources,
} from './collect.ts';
export { depthProblem, mostLevels } from './depth.ts';
export { mergeValues } from './merge.ts';
export { parseSet } from './parse-set.ts';
export type { Assignment, SetFault, SetMode } from './set-text.ts';
export { type DraftMap, draftOf, isMap, memberOf, newMap, type Value, type Values } from './types.ts';
export { readValuesFile, type ValuesFile } from './values-file.ts';
