import type { Duplex } from 'node:stream';
import { type Frame, initialWindowSetting, resetStatus } from './frames.ts';
import { createFrameReader } from './read-frames.ts';
import { createSendWindows } from './send-windows.ts';
import { SpdyError } from './spdy-error.ts';
import { createSpdyStream, type SpdyStream, type StreamLink } from './stream.ts';
import { createFrameWriter, type WrittenFrame } from './write-frames.ts';

/** The server's end of a SPDY/3.1 connection. */
export interface SpdySession {
  /** Takes no new streams and ends the connection when what has been written is sent. */
  close(): void;
}

/** More streams at once are refused. */
const mostStreams = 4096;
const goAwayStatus = { ok: 0, protocolError: 1 };

/**
 * Serves SPDY/3.1 on a connection that has been upgraded to it. `onStream` is called for each stream that the client opens; destroying the stream there refuses it. What breaks the protocol ends
 * the connection, with all its streams.
 */
export function serveSpdy(transport: Duplex, onStream: (stream: SpdyStream) => void): SpdySession {
  const read = createFrameReader();
  const write = createFrameWriter();
  const windows = createSendWindows();
  const streams = new Map<number, StreamLink>();
  let lastStream = 0;
  let closing = false;
  /** The streams that hold more than they want to. */
  const full = new Set<number>();

  function send(frame: WrittenFrame, sent?: () => void): void {
    if (transport.destroyed || transport.writableEnded) sent?.();
    else transport.write(write(frame), () => sent?.());
  }

  function open(frame: Frame & { readonly type: 'syn-stream' }): void {
    const { stream: id, headers, fin } = frame;
    if (closing) return;
    if (id % 2 === 0 || id <= lastStream) {
      send({ type: 'rst-stream', stream: id, status: resetStatus.protocolError });
      return;
    }
    lastStream = id;
    if (streams.size >= mostStreams) {
      send({ type: 'rst-stream', stream: id, status: resetStatus.refusedStream });
      return;
    }
    const link = createSpdyStream(id, headers, {
      send,
      takeWindow: (wanted) => windows.take(id, wanted),
      setFull(isFull) {
        if (isFull) full.add(id);
        else full.delete(id);
        if (full.size > 0) transport.pause();
        else if (transport.isPaused()) transport.resume();
      },
      closed() {
        streams.delete(id);
        windows.forget(id);
        if (closing && streams.size === 0) transport.end();
      },
    });
    streams.set(id, link);
    if (fin) link.receiveEnd();
    onStream(link.stream);
    link.accept();
  }

  function take(frame: Frame): void {
    switch (frame.type) {
      case 'syn-stream':
        open(frame);
        break;
      case 'data': {
        const { length } = frame.bytes;
        const link = streams.get(frame.stream);
        if (link !== undefined) link.receive(frame.bytes, frame.fin);
        // Of a stream that has gone, what was on its way is thrown away.
        else if (frame.stream > lastStream) {
          send({ type: 'rst-stream', stream: frame.stream, status: resetStatus.invalidStream });
        }
        // The connection's window is not what holds a client back: that is done by reading no further.
        if (length > 0) send({ type: 'window-update', stream: 0, delta: length });
        break;
      }
      case 'headers':
        if (frame.fin) streams.get(frame.stream)?.receiveEnd();
        break;
      case 'rst-stream':
        streams.get(frame.stream)?.receiveReset();
        break;
      case 'ping':
        // Those of the server would have even numbers; it sends none.
        if (frame.id % 2 === 1) send(frame);
        break;
      case 'settings': {
        const size = frame.values.get(initialWindowSetting);
        if (size === undefined) break;
        windows.setInitial(size);
        for (const link of streams.values()) link.windowGrown();
        break;
      }
      case 'window-update':
        windows.grant(frame.stream, frame.delta);
        if (frame.stream !== 0) streams.get(frame.stream)?.windowGrown();
        else for (const link of streams.values()) link.windowGrown();
        break;
      case 'goaway':
        close();
        break;
      case 'syn-reply':
      case 'unknown':
        break;
    }
  }

  function close(): void {
    if (closing) return;
    closing = true;
    send({ type: 'goaway', lastStream, status: goAwayStatus.ok });
    if (streams.size === 0) transport.end();
  }

  function end(): void {
    closing = true;
    for (const link of [...streams.values()]) link.receiveReset();
    transport.destroy();
  }

  /** Nothing that comes now can be understood any more. */
  function giveUp(): void {
    closing = true;
    transport.off('data', receive);
    transport.resume();
    for (const link of [...streams.values()]) link.receiveReset();
    send({ type: 'goaway', lastStream, status: goAwayStatus.protocolError }, end);
  }

  function receive(bytes: Buffer): void {
    try {
      for (const frame of read(bytes)) take(frame);
    } catch (error) {
      if (!(error instanceof SpdyError)) throw error;
      giveUp();
    }
  }

  transport.on('data', receive);
  transport.on('end', end);
  transport.on('close', end);
  // The close event that follows says all that is to be known.
  transport.on('error', () => {});
  return { close };
}
