import type { Program } from '../../node/index.ts';
import { programName } from '../command-line.ts';
import type { FindExecutable } from '../find-executable.ts';
import { hostProgram } from '../host-program.ts';
import { type NginxImage, nginxDirectories, nginxFiles } from './image-files.ts';
import { nginxStandIn, type Remark } from './stand-in.ts';

const image = { entrypoint: ['/docker-entrypoint.sh'], cmd: ['nginx', '-g', 'daemon off;'] };
const official: NginxImage = { port: 80, pidFile: '/run/nginx.pid' };
const unprivileged: NginxImage = { port: 8080, pidFile: '/tmp/nginx.pid' };

/** `nginx`: this machine's, with the image's own configuration; a small server of ours where it is not installed. */
export const nginx = (find: FindExecutable, remark: Remark): Program => build(find, remark, official);

/** `nginxinc/nginx-unprivileged`: listens on 8080. */
export const unprivilegedNginx = (find: FindExecutable, remark: Remark): Program =>
  build(find, remark, unprivileged);

function build(find: FindExecutable, remark: Remark, which: NginxImage): Program {
  const parts = { files: nginxFiles(which), emptied: nginxDirectories };
  if (find('nginx') === undefined) return nginxStandIn(image, parts, remark);
  return hostProgram(image, { ...parts, adjust: oneProcess });
}

/**
 * Without a master there are no workers that would have to change their user, which they cannot where there is one user only, and half the processes. Words that start nginx in another way
 * are left as they are. Relative paths begin where the image's do (`-p`).
 */
function oneProcess(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => programName(word) === 'nginx');
  const flag = words.indexOf('-g', at);
  const directives = words[flag + 1];
  const direct = at === 0 || (at === 1 && words[0] === '/docker-entrypoint.sh');
  if (!direct || flag < 0 || directives === undefined || /master_process/.test(directives)) return words;
  const whole = `${directives.trim().replace(/;?$/, ';')} master_process off;`;
  return [
    ...words.slice(0, at + 1),
    '-p',
    '/etc/nginx/',
    ...words.slice(at + 1, flag + 1),
    whole,
    ...words.slice(flag + 2),
  ];
}
