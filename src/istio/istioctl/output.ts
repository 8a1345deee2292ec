import type { IstioctlOutput } from './types.ts';

/** What stands beside the error, and an exit code other than 1. */
interface Beside {
  readonly stdout?: string | undefined;
  readonly usage?: string;
  readonly exit?: number;
}

export function failed(message: string, { stdout = '', usage = '', exit = 1 }: Beside = {}): IstioctlOutput {
  return { stdout, stderr: `${usage}Error: ${message}\n`, exit };
}

/** A line of istioctl's own log, which it writes to standard output: time with microseconds, tab, level, tab, text. */
export function logLine(now: Date, level: 'error' | 'warn', text: string): string {
  return `${now.toISOString().replace('Z', '000Z')}\t${level}\t${text}\n`;
}
