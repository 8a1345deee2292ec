import type { Terminal } from '../../src/cli/terminal.ts';

/** A terminal that keeps what is written to it. */
export interface Recorded extends Terminal {
  out: string;
  err: string;
}

export function recorder(change: Partial<Terminal> = {}): Recorded {
  const recorded: Recorded = {
    out: '',
    err: '',
    print: (text) => {
      recorded.out += text;
    },
    warn: (text) => {
      recorded.err += text;
    },
    readInput: async () => new Uint8Array(),
    env: {},
    cwd: '/',
    isTerminal: { print: false, warn: false },
    exitCode: 0,
    ...change,
  };
  return recorded;
}
