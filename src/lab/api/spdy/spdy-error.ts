/** What the other end sent breaks the protocol: the connection can only be closed. */
export class SpdyError extends Error {}
