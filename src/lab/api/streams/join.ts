import type { Duplex } from 'node:stream';

/**
 * Passes on what comes on either side to the other, each way to its own end. Resolves when both ways have ended or the caller has gone; rejects where the target breaks off.
 */
export function join(caller: Duplex, target: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    target.on('error', (error) => {
      reject(error);
      target.destroy();
    });
    caller.on('error', () => {});
    caller.once('close', () => {
      target.destroy();
      resolve();
    });
    if (caller.destroyed) {
      target.destroy();
      resolve();
      return;
    }
    caller.pipe(target);
    target.pipe(caller);
  });
}
