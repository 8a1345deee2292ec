export { type AuthorityOptions, createAuthority } from './certificates/authority.ts';
export { envoyProxy } from './envoy/start.ts';
export { type InjectionSettings, installInjection } from './injection/install.ts';
export { type MeshSource, type ProxyProgramOptions, proxyProgram } from './program.ts';
export { builtInProxy } from './sidecar/start.ts';
export type * from './types.ts';
