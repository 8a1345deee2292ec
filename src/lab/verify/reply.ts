import type { IncomingHttpHeaders } from 'node:http';

/** What came back of a probe over TCP. */
export type Reply =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'error'; readonly code: string; readonly connected: boolean }
  | { readonly kind: 'timeout'; readonly connected: boolean };

/** `ECONNREFUSED`, where the error has such a name. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
