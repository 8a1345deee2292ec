export type { Answer } from './answer.ts';
export { formatDiagnostics, formatRemarks } from './diagnostics.ts';
export { verdictToJson } from './json.ts';
export { formatJson, reportVersion } from './json-value.ts';
export { colourStyle, plainStyle, type Style } from './style.ts';
export { formatText } from './text.ts';
export { describePlace } from './vocabulary.ts';
export { formatYaml } from './yaml.ts';
