export { outboundConfig } from './config.ts';
export type { OutboundListener } from './types.ts';
