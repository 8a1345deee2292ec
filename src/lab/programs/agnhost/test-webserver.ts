import type { ContainerContext, Running } from '../../node/index.ts';
import { parseFlags } from '../kit/go-flags.ts';
import { sendText } from '../kit/http.ts';
import { builtIn } from '../kit/running.ts';
import { serveHttp } from '../kit/servers.ts';

/** `agnhost test-webserver`: answers with an empty page to every path. The original serves the files of its root, which is empty but for itself. */
export async function testWebserver(context: ContainerContext, args: readonly string[]): Promise<Running> {
  const { values } = parseFlags(args, { port: 'number' });
  const port = (values.get('port') as number | undefined) ?? 80;
  return builtIn(await serveHttp(context.network, port, (_, response) => sendText(response, '')));
}
