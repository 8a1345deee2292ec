/** What Envoy's HTTP/1 codec answers to what it cannot read. The connection ends with it. */
export interface BadRequestAnswer {
  readonly status: number;
  readonly body: string;
  /** As it stands on the wire. */
  readonly text: string;
}

/** The answer to what Node's parser could not read; `code` is the parser's. */
export function badRequestText(code: string | undefined, server: string): BadRequestAnswer {
  const tooLarge = code === 'HPE_HEADER_OVERFLOW';
  const [status, words, body] = tooLarge
    ? ([431, 'Request Header Fields Too Large', ''] as const)
    : ([400, 'Bad Request', 'Bad Request'] as const);
  const lines = [
    `HTTP/1.1 ${status} ${words}`,
    `content-length: ${body.length}`,
    ...(body === '' ? [] : ['content-type: text/plain']),
    `date: ${new Date().toUTCString()}`,
    `server: ${server}`,
    'connection: close',
    '',
    body,
  ];
  return { status, body, text: lines.join('\r\n') };
}
