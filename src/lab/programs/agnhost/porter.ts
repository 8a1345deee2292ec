import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ContainerContext, Running } from '../../node/index.ts';
import { parseFlags } from '../kit/go-flags.ts';
import { goLog } from '../kit/go-log.ts';
import { sendText } from '../kit/http.ts';
import { builtIn } from '../kit/running.ts';
import { type Close, serveAll, serveHttp, serveUdp } from '../kit/servers.ts';
import { sctpRefusal } from './sctp.ts';

const variable = /^SERVE_(|TCP_|UDP_|TLS_|SCTP_)PORT_(\d+)$/;

/** `agnhost porter`: serves the value of each `SERVE_PORT_80`, `SERVE_TCP_PORT_80`, `SERVE_UDP_PORT_53` of the environment on that port. */
export async function porter(context: ContainerContext, args: readonly string[]): Promise<Running> {
  const { values } = parseFlags(args, { 'json-response': 'boolean' });
  const json = values.get('json-response') === true;
  const log = goLog(context);
  const { network } = context;
  const starts: (() => Promise<Close>)[] = [];
  for (const [name, value] of Object.entries(context.env)) {
    const [, kind, digits] = variable.exec(name) ?? [];
    if (kind === undefined) continue;
    const port = Number(digits);
    if (kind === 'SCTP_') log(sctpRefusal(port));
    else if (kind === 'TLS_') log(`TLS port ${port} is not served: the lab's porter has no certificate`);
    else if (kind === 'UDP_') {
      starts.push(() => serveUdp(network, port, () => value));
      log(`Started UDP server on port ${port}`);
    } else
      starts.push(() =>
        serveHttp(network, port, (request, response) => send(request, response, value, json)),
      );
  }
  return builtIn(await serveAll(starts));
}

function send({ method }: IncomingMessage, response: ServerResponse, value: string, json: boolean): void {
  if (!json) {
    sendText(response, value);
    return;
  }
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ Method: method, Body: value }));
}
