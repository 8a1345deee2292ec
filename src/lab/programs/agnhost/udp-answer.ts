import type { RemoteInfo } from 'node:dgram';

/** What netexec answers to a datagram: `hostname`, `clientip`, `echo TEXT`, in any case; nothing to anything else. */
export function udpAnswer(
  message: Buffer,
  { address, port }: Pick<RemoteInfo, 'address' | 'port'>,
  hostname: string,
  log: (text: string) => void,
): string | undefined {
  const text = message.toString().trim().toLowerCase();
  const client = `${address}:${port}`;
  if (text === 'hostname') {
    log('Sending udp hostName response');
    return hostname;
  }
  if (text === 'clientip') {
    log(`Sending clientip back to UDP client ${client}`);
    return client;
  }
  if (text.startsWith('echo ')) {
    const reply = text.slice('echo '.length);
    log(`Echoing ${reply} to UDP client ${client}`);
    return reply;
  }
  if (text !== '') log(`Unknown UDP command received from ${client}: ${text}`);
  return undefined;
}
