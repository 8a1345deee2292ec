import type { ContainerContext, Program } from '../../node/index.ts';
import { commandLine, programName } from '../command-line.ts';
import { parseFlags } from '../kit/go-flags.ts';
import { goLog } from '../kit/go-log.ts';
import { senderOf, sendText } from '../kit/http.ts';
import { builtIn, gaveUp } from '../kit/running.ts';
import { serveHttp } from '../kit/servers.ts';

const flags = { text: 'string', listen: 'string', 'status-code': 'number', version: 'boolean' } as const;
const image = { entrypoint: ['/http-echo'], cmd: [] };

/** `hashicorp/http-echo`: answers everything with the text of `-text` (or ECHO_TEXT), on `-listen`, by default :5678. */
export const httpEcho: Program = async (context: ContainerContext) => {
  const words = commandLine(context, image);
  if (programName(words[0]!) !== 'http-echo') return context.spawn(words);
  const { values } = parseFlags(words.slice(1), flags);
  const text = (values.get('text') as string | undefined) ?? context.env.ECHO_TEXT ?? '';
  if (text === '') return gaveUp(context, 'Missing -text option!', 127);
  const listen = String(values.get('listen') ?? ':5678');
  const port = Number(listen.slice(listen.lastIndexOf(':') + 1));
  const status = (values.get('status-code') as number | undefined) ?? 200;
  const log = goLog(context);
  const close = await serveHttp(context.network, port, (request, response) => {
    response.setHeader('X-App-Name', 'http-echo');
    sendText(response, `${text}\n`, status);
    const { host = '' } = request.headers;
    context.log(
      `${new Date().toISOString()} ${host} ${senderOf(request)} "${request.method} ${request.url}" ${status}`,
    );
  });
  log(`[INFO] server is listening on ${listen}`);
  return builtIn(close);
};
