import { colourStyle, plainStyle, type Style } from '../report/index.ts';

/** The world as a verb sees it: where text goes, what the environment says, and what the process will end with. */
export interface Terminal {
  /** Results, and nothing else. */
  readonly print: (text: string) => void;
  /** Diagnostics, progress and refusals. */
  readonly warn: (text: string) => void;
  readonly readInput: () => Promise<Uint8Array>;
  /** The same, as it comes; left out where it is there at once. */
  readonly streamInput?: () => AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly isTerminal: { readonly print: boolean; readonly warn: boolean };
  /** Columns of the terminal; undefined where the output is none. */
  readonly columns?: number | undefined;
  exitCode: number;
}

/** `--color` of a verb. */
export type ColourChoice = 'auto' | 'always' | 'never';

/** Below this nothing can be laid out; such a terminal breaks the lines itself. */
const leastWidth = 60;

/**
 * The style for one of the two outputs, fitted into the terminal. Without a word of the command line: colours on a terminal, unless NO_COLOR is set or TERM is
 * `dumb`; FORCE_COLOR (but for `0`) asks for them anywhere. Source: no-color.org, force-color.org.
 */
export function styleFor(terminal: Terminal, output: 'print' | 'warn', choice: ColourChoice = 'auto'): Style {
  const style = isColoured(terminal, output, choice) ? colourStyle : plainStyle;
  const { columns } = terminal;
  if (!terminal.isTerminal[output] || columns === undefined) return style;
  return { ...style, width: Math.max(leastWidth, Math.min(columns, style.width)) };
}

function isColoured({ env, isTerminal }: Terminal, output: 'print' | 'warn', choice: ColourChoice): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== '0';
  return isTerminal[output] && env.TERM !== 'dumb';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

/** The terminal of this process. A reader that goes away (`| head`) is no error: what is left to print is dropped. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreBrokenPipe);
  return {
    print: (text) => void process.stdout.write(text),
    warn: (text) => void process.stderr.write(text),
    readInput,
    streamInput: () => process.stdin,
    env: process.env,
    cwd: process.cwd(),
    isTerminal: { print: process.stdout.isTTY === true, warn: process.stderr.isTTY === true },
    columns: process.stdout.columns,
    exitCode: 0,
  };
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function readInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
