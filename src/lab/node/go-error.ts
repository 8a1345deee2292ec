/** What Go says of a connection that failed: "dial tcp 10.0.0.1:80: connect: connection refused". */
export function goError(error: Error, address: string, port: number, network = 'tcp'): string {
  const dial = `dial ${network} ${address}:${port}: connect`;
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: `${dial}: connection refused`,
    EHOSTUNREACH: `${dial}: no route to host`,
    ENETUNREACH: `${dial}: network is unreachable`,
    ECONNRESET: `read ${network} ${address}:${port}: read: connection reset by peer`,
  };
  const { code = '' } = error as NodeJS.ErrnoException;
  return words[code] ?? (error.message === 'socket hang up' ? 'EOF' : error.message);
}
