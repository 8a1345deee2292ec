import { type Command, Option } from 'commander';
import { tokenWords } from '../model/index.ts';
import type { QuestionWords } from '../testing/index.ts';
import { list } from './input-flags.ts';

/** What the flags of a verb say of a request, as commander gives it: nobody has looked at the protocol yet. */
export interface RequestFlags extends Omit<QuestionWords, 'protocol'> {
  readonly protocol?: string;
}

/** Adds the flags that say what is sent. */
export function addRequestFlags(command: Command): Command {
  return command
    .option('--port <port>', 'number or name; not needed where TO declares exactly one')
    .addOption(
      new Option('--protocol <protocol>', 'TCP, UDP or SCTP')
        .choices(['TCP', 'UDP', 'SCTP'])
        .argParser((text: string) => text.toUpperCase()),
    )
    .option('--method <method>', 'HTTP method (GET)')
    .option('--path <path>', 'HTTP path with its query, sent as it is written (/)')
    .option('--host <host>', 'HTTP Host header, where it is not that of TO')
    .addOption(list('--header <header>', "HTTP header 'Name: value'; repeatable"))
    .addOption(
      list('--claim <key=value>', 'claim of the token that is sent; the value may be JSON; repeatable'),
    )
    .addOption(new Option('--jwt <state>', 'no token, or what is wrong with it').choices(tokenWords))
    .option('--sni <name>', 'server name of the TLS client hello; none = without')
    .option('--principal <identity>', "the client's identity where it is not the pod's; none = plaintext")
    .option(
      '--direct',
      "send to the pod's bare address; else as its callers do, through the Service that leads to it",
    )
    .option('--open', 'what is not said is not known (else it is absent)');
}
