export { type SpdySession, serveSpdy } from './session.ts';
export type { SpdyStream } from './stream.ts';
