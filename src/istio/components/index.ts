export { memberOf } from '../values/index.ts';
export { helmNames } from './chart-defaults.ts';
export { chartNamed, type NamedChart } from './chart-names.ts';
export { type Described, describeComponent } from './describe.ts';
export { renderComponent } from './render.ts';
export type * from './surroundings.ts';
export * from './types.ts';
export { firstMinor, lastMinor, newestRelease, type ParsedVersion, parseVersion } from './versions.ts';
