import { type EnvoyLevel, readEnvoyLevel } from './levels.ts';

/** The word that stands for all loggers. */
export const allLoggers = 'level';

/** Loggers with their new levels, in the order in which Envoy is told: all loggers first. */
export type LevelChanges = readonly (readonly [string, EnvoyLevel])[];

/**
 * Reads `--level`: `LEVEL`, `[SCOPE::]NAME:LEVEL` or `NAME=LEVEL`, with commas between. A bare level forgets what stood before it. `loggers` is Envoy's own list; a name passes
 * where it occurs anywhere in that text. Nothing behind `::` stops istioctl with a panic; here it is a level that nobody knows.
 * Source: istioctl/pkg/proxyconfig/proxyconfig.go logCmd.
 */
export function readLevelChanges(text: string, loggers: string): LevelChanges | { readonly failure: string } {
  let changes = new Map<string, EnvoyLevel>();
  for (const part of text.split(',')) {
    const isBare = !/[:=]/.test(part);
    const pair = part.split('::').at(-1)!;
    const [, name = allLoggers, wanted = part] = isBare
      ? []
      : (/^([^:=]*)[:=](.*)$/s.exec(pair) ?? ['', pair, '']);
    if (name !== allLoggers && !loggers.includes(name))
      return { failure: `unrecognized logger name: ${name}` };
    const level = readEnvoyLevel(wanted);
    if (level === undefined) return { failure: `unrecognized logging level: ${wanted}` };
    if (isBare) changes = new Map();
    changes.set(name, level);
  }
  return [...changes].sort(([a], [b]) => Number(b === allLoggers) - Number(a === allLoggers));
}
