import type { ContainerContext, Program, Running } from '../../node/index.ts';
import { commandLine, type ImageCommand, programName } from '../command-line.ts';
import type { HostProgramOptions } from '../host-program.ts';
import { builtIn, gaveUp } from '../kit/running.ts';
import { loadConfig } from './stand-in/load-config.ts';
import { readServers } from './stand-in/read-servers.ts';
import { serve } from './stand-in/serve.ts';

/** Something that a user should see beside the container's own log. */
export type Remark = (context: ContainerContext, message: string) => void;

const notice =
  "nginx is not installed on this machine: a small server of the lab's own reads its configuration (listen, server_name, location, return, root, index, try_files, add_header, default_type, error_page)";

/**
 * Stands for nginx where this machine has none: no process, the same answers for what a policy's tests need. Says so at its start, and refuses a directive that it does not know with its file and line.
 * Where the container starts something else than nginx, that is started.
 */
export function nginxStandIn(
  image: ImageCommand,
  { files = [], emptied = [] }: Pick<HostProgramOptions, 'files' | 'emptied'>,
  remark: Remark,
): Program {
  const start = async (context: ContainerContext): Promise<Running> => {
    const words = commandLine(context, image).filter((word) => word !== '/docker-entrypoint.sh');
    if (programName(words[0] ?? '') !== 'nginx') return context.spawn(words);
    const named = words.indexOf('-c');
    context.log(notice, 'stderr');
    remark(context, notice);
    try {
      const path = named < 0 ? '/etc/nginx/nginx.conf' : words[named + 1]!;
      return builtIn(await serve(context, readServers(await loadConfig(context, path))));
    } catch (error) {
      return gaveUp(context, `nginx: [emerg] ${(error as Error).message}`);
    }
  };
  return Object.assign(start, { files, emptied });
}
