/** What Envoy's HTTP/1 codec answers to what it cannot read, as it stands on the wire. The connection ends with it. */
export function badRequestText(code: string | undefined, server: string): string {
  const tooLarge = code === 'HPE_HEADER_OVERFLOW';
  const [status, body] = tooLarge
    ? ['431 Request Header Fields Too Large', '']
    : ['400 Bad Request', 'Bad Request'];
  return [
    `HTTP/1.1 ${status}`,
    `content-length: ${body.length}`,
    ...(body === '' ? [] : ['content-type: text/plain']),
    `date: ${new Date().toUTCString()}`,
    `server: ${server}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
