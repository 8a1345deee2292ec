import type { Socket } from 'node:net';

const idleMilliseconds = 10_000;

/** Takes a TCP connection apart into DNS messages (two bytes of length before each, RFC 7766) and sends what is answered. Waits for the next at most 10 s. */
export function answerFrames(socket: Socket, answer: (message: Buffer) => Buffer | undefined): void {
  let waiting: Buffer = Buffer.alloc(0);
  socket.setTimeout(idleMilliseconds, () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0);
      const reply = answer(waiting.subarray(2, end));
      waiting = waiting.subarray(end);
      if (reply === undefined) continue;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([length, reply]));
    }
  });
}
