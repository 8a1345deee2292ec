import type { Program } from '../../node/index.ts';
import { builtIn } from '../kit/running.ts';
import { serveAll, serveTcp, serveUdp } from '../kit/servers.ts';
import { answerFrames } from './frames.ts';
import { respond } from './respond.ts';
import type { DnsView } from './zone.ts';

const port = 53;

/** The lab's DNS server, in the place of CoreDNS: UDP and TCP 53 of its pod, so that policies about DNS meet a real one. Reads the store live. */
export function dnsProgram(view: DnsView): Program {
  return async ({ network, log }) => {
    let told = false;
    const onOutside = (name: string): void => {
      // A name without a dot is a search list's last try, not a place outside.
      if (told || !name.replace(/\.$/, '').includes('.')) return;
      told = true;
      log(
        `[WARNING] ${name}: not a name of the cluster. The lab has no way out, so all such names are answered with NXDOMAIN; portcullis lab up --resolve NAME=ADDRESS adds one.`,
      );
    };
    const close = await serveAll([
      () => serveUdp(network, port, (message) => respond(view, message, 'udp', onOutside)),
      () =>
        serveTcp(network, port, (socket) =>
          answerFrames(socket, (message) => respond(view, message, 'tcp', onOutside)),
        ),
    ]);
    log(`.:${port}`);
    log('[INFO] the DNS server of the lab stands for CoreDNS');
    return builtIn(close);
  };
}
