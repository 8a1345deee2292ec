import type { ContainerContext, Running } from '../../node/index.ts';
import { goLog } from '../kit/go-log.ts';
import { serveNetexec } from './netexec.ts';
import { sctpRefusal } from './sctp.ts';

/** Stands for any server: netexec's endpoints on every TCP port that the container declares, its commands on every UDP port; HTTP on 8080 where it declares none. */
export async function echo(context: ContainerContext): Promise<Running> {
  const declared = context.container.ports ?? [];
  const portsOf = (protocol: string): readonly number[] => [
    ...new Set(
      declared
        .filter((port) => (port.protocol ?? 'TCP') === protocol)
        .map(({ containerPort }) => containerPort),
    ),
  ];
  const log = goLog(context);
  for (const port of portsOf('SCTP')) log(sctpRefusal(port));
  const http = declared.length === 0 ? [8080] : portsOf('TCP');
  return serveNetexec(context, { http, udp: portsOf('UDP') });
}
