export * from './built-in.ts';
export * from './check-shape.ts';
export type * from './decoder.ts';
export * from './metadata.ts';
export * from './problem.ts';
export * from './read-node.ts';
export * from './shape.ts';
export * from './sort-entries.ts';
export * from './suggest-name.ts';
