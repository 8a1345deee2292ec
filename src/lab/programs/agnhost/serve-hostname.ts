import type { ContainerContext, Running } from '../../node/index.ts';
import { parseFlags } from '../kit/go-flags.ts';
import { goLog } from '../kit/go-log.ts';
import { hostnameOf } from '../kit/hostname.ts';
import { senderOf, sendText } from '../kit/http.ts';
import { builtIn, gaveUp } from '../kit/running.ts';
import { type Close, serveAll, serveHttp, serveTcp, serveUdp } from '../kit/servers.ts';

const flags = { tcp: 'boolean', udp: 'boolean', http: 'boolean', close: 'boolean', port: 'number' } as const;

/** `agnhost serve-hostname`: the pod's name over HTTP (the default), or bare over TCP and UDP. */
export async function serveHostname(context: ContainerContext, args: readonly string[]): Promise<Running> {
  const { values } = parseFlags(args, flags);
  const [tcp, udp, http] = [values.get('tcp'), values.get('udp'), values.get('http') ?? true];
  const port = (values.get('port') as number | undefined) ?? 9376;
  const log = goLog(context);
  const { network } = context;
  const hostname = hostnameOf(context.pod);
  if (http && (tcp || udp))
    return gaveUp(context, "Can't server TCP/UDP mode and HTTP mode at the same time");

  const starts: (() => Promise<Close>)[] = [];
  if (tcp) {
    starts.push(() =>
      serveTcp(network, port, (socket) => {
        log(`TCP request from ${socket.remoteAddress}:${socket.remotePort}`);
        socket.end(hostname);
      }),
    );
  }
  if (udp) {
    starts.push(() =>
      serveUdp(network, port, (_, from) => {
        log(`UDP request from ${from.address}:${from.port}`);
        return hostname;
      }),
    );
  }
  if (http) {
    starts.push(() =>
      serveHttp(network, port, (request, response) => {
        log(`HTTP request from ${senderOf(request)}`);
        if (values.get('close')) response.setHeader('Connection', 'close');
        sendText(response, hostname);
      }),
    );
  }
  const close = await serveAll(starts);
  log(`Serving on port ${port}.`);
  return builtIn(close);
}
