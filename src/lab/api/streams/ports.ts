/** Reads a port as the kubelet does; the text says why it is none. */
export function readPort(text: string): number | string {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 0xffff) return `unable to parse ${JSON.stringify(text)} as a port`;
  return port < 1 ? `port ${JSON.stringify(text)} must be > 0` : port;
}
