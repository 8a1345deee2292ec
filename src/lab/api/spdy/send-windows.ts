import { SpdyError } from './spdy-error.ts';

/** What may still be sent, of a peer that grants windows. Stream 0 is the connection as a whole. */
export interface SendWindows {
  /** How many of `wanted` bytes may be sent on the stream now. They count as sent. */
  take(stream: number, wanted: number): number;
  /** The peer grants more. Throws a SpdyError where that is more than a window holds. */
  grant(stream: number, delta: number): void;
  /** The peer says what a stream begins with. */
  setInitial(size: number): void;
  forget(stream: number): void;
}

const usualWindow = 64 * 1024;
const largestWindow = 0x7fff_ffff;

/**
 * Kubernetes' clients (moby/spdystream) grant no windows at all and would wait for ever for what is held back: only a peer that has once sent SETTINGS with a window or a WINDOW_UPDATE is held to
 * them.
 */
export function createSendWindows(): SendWindows {
  /** Bytes sent less bytes granted. */
  const used = new Map<number, number>();
  let initial = usualWindow;
  let granting = false;

  const room = (stream: number): number => (stream === 0 ? usualWindow : initial) - (used.get(stream) ?? 0);
  const use = (stream: number, bytes: number): void => {
    used.set(stream, (used.get(stream) ?? 0) + bytes);
  };
  return {
    take(stream, wanted) {
      const bytes = granting ? Math.max(0, Math.min(wanted, room(stream), room(0))) : wanted;
      use(stream, bytes);
      use(0, bytes);
      return bytes;
    },
    grant(stream, delta) {
      granting = true;
      if (room(stream) + delta > largestWindow)
        throw new SpdyError(`the window of stream ${stream} is too large`);
      use(stream, -delta);
    },
    setInitial(size) {
      granting = true;
      initial = size;
    },
    forget: (stream) => used.delete(stream),
  };
}
