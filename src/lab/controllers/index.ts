export { type AllocationOptions, installAllocation } from './allocation.ts';
export type { BootstrapPlan } from './bootstrap.ts';
export type { RootCertificates } from './namespaces.ts';
export { type ControllerOptions, type Controllers, startControllers } from './start.ts';
