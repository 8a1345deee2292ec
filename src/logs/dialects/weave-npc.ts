import { goTimeBefore } from '../go-time.ts';
import type { Dialect } from '../types.ts';
import { addressOf, timeBefore } from '../values.ts';

const blocked = /\b(TCP|UDP) connection from (\S+) to (\S+) blocked by Weave NPC\b/;

/** Weave Net's policy controller: `TCP connection from a:p to b:p blocked by Weave NPC.`, as it or logrus writes it. */
export const weaveNpc: Dialect = {
  name: 'weave-npc',
  hints: ['blocked by Weave NPC'],
  read: ({ text, json, outerTime }) => {
    if (json !== undefined) return undefined;
    const line = text.slice(0, 10_000);
    const match = blocked.exec(line);
    if (match === null) return undefined;
    const [, protocol, source, destination] = match;
    const head = line.slice(0, match.index);
    return {
      part: 'whole',
      decision: 'deny',
      fields: {
        time: goTimeBefore(head) ?? timeBefore(head) ?? outerTime,
        source: addressOf(source),
        destination: addressOf(destination),
        protocol,
      },
    };
  },
};
