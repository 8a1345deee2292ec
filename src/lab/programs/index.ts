export { agentProgram } from './agents/agent-program.ts';
export type { NodeAgent } from './agents/drop-lines.ts';
export { agentRepository, installNodeAgent } from './agents/install.ts';
export { dnsProgram } from './dns/dns-program.ts';
export { installDns } from './dns/install.ts';
export type { DnsView } from './dns/zone.ts';
export { type FindExecutable, findExecutable } from './find-executable.ts';
export { type ImageEntry, type ImageTableOptions, imageTable } from './image-table.ts';
export type { Remark } from './nginx/stand-in.ts';
