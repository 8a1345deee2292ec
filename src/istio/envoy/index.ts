export { inboundListener } from './inbound-listener.ts';
