import type { ContainerContext, Program } from '../../node/index.ts';
import { commandLine, programName } from '../command-line.ts';
import { parseImageName } from '../image-name.ts';
import { goLog } from '../kit/go-log.ts';
import { hostnameOf } from '../kit/hostname.ts';
import { pathOf, sendText } from '../kit/http.ts';
import { builtIn } from '../kit/running.ts';
import { serveHttp } from '../kit/servers.ts';

/** `google-samples/hello-app`: a greeting with its version (the image's tag: 1.0, 2.0) and the pod's name, on PORT or 8080. */
export const helloApp: Program = async (context: ContainerContext) => {
  const words = commandLine(context, { entrypoint: ['/hello-app'], cmd: [] });
  if (programName(words[0]!) !== 'hello-app') return context.spawn(words);
  const major = /^\d+/.exec(parseImageName(context.container.image).tag ?? '')?.[0] ?? '1';
  const text = `Hello, world!\nVersion: ${major}.0.0\nHostname: ${hostnameOf(context.pod)}\n`;
  const port = Number(context.env.PORT ?? 8080);
  const log = goLog(context);
  const close = await serveHttp(context.network, port, (request, response) => {
    log(`Serving request: ${pathOf(request)}`);
    sendText(response, text);
  });
  log(`Server listening on port ${port}`);
  return builtIn(close);
};
