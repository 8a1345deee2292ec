import type { Program } from '../node/index.ts';
import { agnhost } from './agnhost/agnhost.ts';
import type { FindExecutable } from './find-executable.ts';
import { hostProgram } from './host-program.ts';
import { builtIn } from './kit/running.ts';
import { nginx, unprivilegedNginx } from './nginx/nginx.ts';
import type { Remark } from './nginx/stand-in.ts';
import { shellTools } from './shell-tools/shell-tools.ts';
import { busybox, curlEntrypoint, shell } from './shells.ts';
import { helloApp } from './small/hello-app.ts';
import { httpEcho } from './small/http-echo.ts';
import { goHttpbin, httpbin } from './small/httpbin.ts';

const pause: Program = async () => builtIn(() => {});

/** The images that the lab has a program for, by repository. Nothing else is ever run but what the user adds. */
export function knownImages(find: FindExecutable, remark: Remark): Readonly<Record<string, Program>> {
  // Images that are built on Alpine have its busybox.
  const files = shellTools(find);
  const curl = hostProgram({ entrypoint: [], cmd: ['curl'] }, { adjust: curlEntrypoint(find), files });
  return {
    nginx: nginx(find, remark),
    'nginxinc/nginx-unprivileged': unprivilegedNginx(find, remark),
    'curlimages/curl': curl,
    'curl/curl': curl,
    'istio/examples-sleep': shell('sh', files),
    'governmentpaas/curl-ssl': shell('sh', files),
    busybox: busybox(find),
    alpine: busybox(find),
    debian: shell('bash'),
    ubuntu: shell('bash'),
    bash: shell('bash', files),
    'e2e-test-images/agnhost': agnhost,
    'e2e-test-images/busybox': busybox(find),
    'e2e-test-images/nginx': nginx(find, remark),
    pause,
    'kubernetes/pause': pause,
    'google-containers/pause': pause,
    'hashicorp/http-echo': httpEcho,
    'google-samples/hello-app': helloApp,
    'google-samples/containers/gke/hello-app': helloApp,
    'kennethreitz/httpbin': httpbin,
    'mccutchen/go-httpbin': goHttpbin,
  };
}
