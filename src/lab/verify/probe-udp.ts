import { bindUdp, type NetworkNamespace } from '../system/index.ts';

const resendMilliseconds = 400;

/** Sends datagrams until one is answered: true; false when the signal comes first. agnhost answers `hostname`, a DNS server whatever it takes for a question. */
export async function probeUdp(
  namespace: NetworkNamespace,
  { address, port }: { readonly address: string; readonly port: number },
  payload: Uint8Array,
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
    const send = (): void => socket.send(payload, port, address, () => {});
    const timer = setInterval(send, resendMilliseconds);
    socket.once('message', () => finish(true));
    socket.on('error', () => {});
    signal.addEventListener('abort', () => finish(false), { once: true });
    send();
  });
}
