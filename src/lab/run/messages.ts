import { Socket } from 'node:net';
import type { StartMessage } from '../launch/index.ts';

const lifelineFd = 4;

/** The line to the process that started the lab. */
export interface Lifeline {
  readonly say: (message: StartMessage) => void;
}

/**
 * Opens the line to the process that started the lab. While it holds on, the lab lives and dies with it: when the line breaks before that process has said `detach`, `onLost` is called.
 */
export function openLifeline(onLost: () => void): Lifeline {
  const socket = new Socket({ fd: lifelineFd });
  let detached = false;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    detached ||= text.includes('detach');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    if (!detached) onLost();
  });
  return { say: (message) => void socket.write(`${JSON.stringify(message)}\n`) };
}
