import type { Dialect } from '../types.ts';
import { denialHints, envoyDenial } from './envoy-denial.ts';
import { envoyMessage } from './envoy-message.ts';

const reply = /\b(?:Sending|Preparing) local reply with details \S/;

/** What Envoy's logger `http` at level debug says of an answer that it gives in the server's stead. */
export const envoyLocalReply: Dialect = {
  name: 'envoy-local-reply',
  hints: [...denialHints, 'local reply with details'],
  read: (line) => {
    const message = envoyMessage(line, reply);
    if (message === undefined) return undefined;
    const { text, time, thread, stream } = message;
    const denial = envoyDenial(/details (\S+)/.exec(text.slice(0, 10_000))?.[1]);
    if (denial === undefined) return { part: 'other' };
    const { decision, policy, reason } = denial;
    return { part: 'reply', decision, thread, stream, fields: { time, policy, reason } };
  },
};
