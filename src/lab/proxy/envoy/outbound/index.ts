export { outboundConfig } from './config.ts';
