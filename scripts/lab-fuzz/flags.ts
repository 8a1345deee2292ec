import { parseArgs } from 'node:util';
import { chooseProxy, processTerminal, Refusal } from '../../src/cli/index.ts';
import type { ProxyChoice } from '../../src/lab/index.ts';

/** What `npm run lab:fuzz` is told. */
export interface FuzzFlags {
  readonly seed: number;
  readonly rounds: number;
  /** The folder into which what differs goes. */
  readonly save: string;
  readonly proxy: ProxyChoice;
  /** Tell each round on stderr. */
  readonly progress: boolean;
}

const usage = 'npm run lab:fuzz -- --seed N --rounds M [--proxy envoy|built-in] [--save FOLDER] [--progress]';

/** Reads the command line; ends the process with 64 or 65 where that cannot be done. */
export async function readFlags(): Promise<FuzzFlags> {
  const values = parse();
  const { proxy } = values;
  if (proxy !== undefined && proxy !== 'envoy' && proxy !== 'built-in')
    return refuse(`--proxy ${proxy} is neither envoy nor built-in`);
  try {
    return {
      seed: readNumber('seed', values.seed),
      rounds: readNumber('rounds', values.rounds),
      save: values.save,
      progress: values.progress,
      proxy: await chooseProxy(proxy === undefined ? {} : { proxy }, processTerminal()),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`error: ${[error.message, ...error.details].join('\n  ')}\n`);
    process.exit(error.exitCode);
  }
}

interface Written {
  readonly seed: string;
  readonly rounds: string;
  readonly save: string;
  readonly progress: boolean;
  readonly proxy?: string | undefined;
}

function parse(): Written {
  try {
    return parseArgs({
      options: {
        seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
        rounds: { type: 'string', default: '20' },
        save: { type: 'string', default: 'scenarios/found' },
        proxy: { type: 'string' },
        progress: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function readNumber(flag: string, text: string): number {
  return /^\d+$/.test(text) ? Number(text) : refuse(`--${flag} ${text} is no whole number`);
}

function refuse(why: string): never {
  process.stderr.write(`error: ${why}\n${usage}\n`);
  process.exit(64);
}
