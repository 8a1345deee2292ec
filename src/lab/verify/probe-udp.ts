import { bindUdp, type NetworkNamespace } from '../system/index.ts';

const resendMilliseconds = 400;

/** What came of datagrams: an answer, the word of somebody on the way that nobody takes them (ICMP), or nothing. */
export type UdpReply = 'answered' | 'refused' | 'silence';

/** Sends datagrams, all again and again, until something comes back or the signal does. */
export async function probeUdp(
  namespace: NetworkNamespace,
  { address, port }: { readonly address: string; readonly port: number },
  datagrams: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<UdpReply> {
  const socket = await bindUdp(namespace, '0.0.0.0', 0);
  return await new Promise((resolve) => {
    const finish = (reply: UdpReply): void => {
      clearInterval(timer);
      resolve(reply);
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.close();
    };
    const isRefusal = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    const onSent = (error: Error | null): void => {
      if (error !== null && isRefusal(error)) finish('refused');
    };
    const send = (): void => {
      for (const datagram of datagrams) socket.send(datagram, onSent);
    };
    const timer = setInterval(send, resendMilliseconds);
    socket.once('message', () => finish('answered'));
    socket.on('error', (error) => {
      if (isRefusal(error)) finish('refused');
    });
    signal.addEventListener('abort', () => finish('silence'), { once: true });
    // Only a connected socket hears of refusals.
    socket.connect(port, address, send);
  });
}
