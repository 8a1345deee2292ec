export { type LabNode, type NodeOptions, startNode } from './node.ts';
export type { NodeLink, NodeNetwork } from './node-context.ts';
export type * from './types.ts';
