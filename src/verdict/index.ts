export { textsToTry } from './candidates.ts';
export { decide } from './decide.ts';
export { UnknownNameError } from './ends.ts';
export { checkPlugin } from './plugin.ts';
export { judgeAtProxy } from './proxy.ts';
export { judgeTokens, withTokenHeaders } from './proxy-tokens.ts';
export type { Inbound, ProxyVerdict } from './proxy-types.ts';
export { judgeAtZtunnel, type ZtunnelVerdict } from './ztunnel.ts';
