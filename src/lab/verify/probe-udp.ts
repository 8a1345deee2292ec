import { bindUdp, type NetworkNamespace } from '../system/index.ts';

const resendMilliseconds = 400;

/** Sends datagrams, all again and again, until one is answered: true; false when the signal comes first. */
export async function probeUdp(
  namespace: NetworkNamespace,
  { address, port }: { readonly address: string; readonly port: number },
  datagrams: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<boolean> {
  const socket = await bindUdp(namespace, '0.0.0.0', 0);
  return await new Promise((resolve) => {
    const finish = (answered: boolean): void => {
      clearInterval(timer);
      resolve(answered);
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.close();
    };
    const send = (): void => {
      for (const datagram of datagrams) socket.send(datagram, port, address, () => {});
    };
    const timer = setInterval(send, resendMilliseconds);
    socket.once('message', () => finish(true));
    socket.on('error', () => {});
    signal.addEventListener('abort', () => finish(false), { once: true });
    send();
  });
}
