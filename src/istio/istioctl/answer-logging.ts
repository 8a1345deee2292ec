import { readEnvoyLevel } from './levels.ts';
import type { Loggers } from './loggers.ts';

/** What Envoy's admin port answers to `POST /logging`: it lists the loggers after it has set what the query says: `level=` for all, `NAME=` for one, `paths=NAME:LEVEL,…` for several. */
export function answerLogging(
  loggers: Loggers,
  query: URLSearchParams,
): { readonly status: number; readonly text: string } {
  const changes = [...query].flatMap(([name, value]) =>
    name === 'paths' ? value.split(',').map(readPair) : [[name, value] as const],
  );
  for (const [name, text = ''] of changes) {
    const level = readEnvoyLevel(text);
    if (level === undefined) return { status: 400, text: `error: unknown logger level\n` };
    if (name === 'level') loggers.setAll(level);
    else if (!loggers.set(name, level)) return { status: 400, text: `error: unknown logger name\n` };
  }
  const lines = loggers.list().map(([name, level]) => `  ${name}: ${level}\n`);
  return { status: 200, text: `active loggers:\n${lines.join('')}\n` };
}

function readPair(text: string): readonly [string, string] {
  const [name = '', level = ''] = text.split(':');
  return [name, level];
}
