import type { Headers } from './headers.ts';

/** One frame of SPDY/3.1. Source: the SPDY/3 and SPDY/3.1 drafts, section 2. */
export type Frame =
  | {
      readonly type: 'syn-stream';
      readonly stream: number;
      readonly headers: Headers;
      /** The sender sends nothing more on the stream. */
      readonly fin: boolean;
    }
  | {
      readonly type: 'syn-reply' | 'headers';
      readonly stream: number;
      readonly headers: Headers;
      readonly fin: boolean;
    }
  /** A long frame is read in pieces: each is one of these, the last with `fin` where the frame has it. */
  | { readonly type: 'data'; readonly stream: number; readonly bytes: Buffer; readonly fin: boolean }
  | { readonly type: 'rst-stream'; readonly stream: number; readonly status: number }
  | { readonly type: 'settings'; readonly values: ReadonlyMap<number, number> }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'goaway'; readonly lastStream: number; readonly status: number }
  /** Stream 0 is the connection as a whole. */
  | { readonly type: 'window-update'; readonly stream: number; readonly delta: number }
  /** Of a type that this reader does not know: to be passed over. */
  | { readonly type: 'unknown'; readonly number: number };

export const spdyVersion = 3;

/** The numbers of the control frames. */
export const frameNumbers = {
  'syn-stream': 1,
  'syn-reply': 2,
  'rst-stream': 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  headers: 8,
  'window-update': 9,
} as const;

/** Why a stream is reset. */
export const resetStatus = {
  protocolError: 1,
  invalidStream: 2,
  refusedStream: 3,
  cancel: 5,
  flowControlError: 7,
  streamAlreadyClosed: 9,
} as const;

/** Of a SETTINGS frame: how much may be sent on a stream before more is granted. */
export const initialWindowSetting = 7;

export const finFlag = 1;
