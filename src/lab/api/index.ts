export type { RouteHandler } from './context.ts';
export { installDefaults } from './defaults/index.ts';
export { answer } from './http/answer.ts';
export type { Call } from './http/call.ts';
export { kubeconfigText } from './kubeconfig.ts';
export { kubernetesVersion } from './serve.ts';
export { type ApiOptions, type ApiServer, type Listener, startApi } from './start.ts';
