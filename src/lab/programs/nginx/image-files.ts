import type { ImageFile } from '../../node/index.ts';
import { mimeTypesFile } from './mime-types.ts';

/** Where the two images listen and keep their pid file. */
export interface NginxImage {
  readonly port: number;
  readonly pidFile: string;
}

/**
 * What nginx' image has of its own, in its places, so that a ConfigMap over one of them takes its place and leaves the others: nginx.conf reads /etc/nginx/conf.d, whose default.conf hands out
 * /usr/share/nginx/html. Logs go to the container's. One worker, because a lab has many pods.
 */
export function nginxFiles({ port, pidFile }: NginxImage): readonly ImageFile[] {
  return [
    { path: '/etc/nginx/nginx.conf', text: mainConfig(pidFile) },
    { path: '/etc/nginx/mime.types', text: mimeTypesFile },
    { path: '/etc/nginx/conf.d/default.conf', text: defaultServer(port) },
    { path: '/usr/share/nginx/html/index.html', text: welcome },
    { path: '/usr/share/nginx/html/50x.html', text: sorry },
    { path: '/var/log/nginx/access.log', link: '/dev/stdout' },
    { path: '/var/log/nginx/error.log', link: '/dev/stderr' },
    { path: '/docker-entrypoint.sh', text: entrypoint, mode: 0o755 },
    { path: '/etc/passwd', text: passwd },
    { path: '/etc/group', text: group },
  ];
}

/** This machine's nginx may have files of its own in these; its spools need a place that belongs to the lab. */
export const nginxDirectories: readonly string[] = [
  '/etc/nginx',
  '/usr/share/nginx/html',
  '/var/cache/nginx',
  '/var/lib/nginx',
  '/var/log/nginx',
];

const mainConfig = (pidFile: string): string => `user nginx;
worker_processes 1;
error_log /var/log/nginx/error.log notice;
pid ${pidFile};

events {
    worker_connections 1024;
}

http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    log_format main '$remote_addr - $remote_user [$time_local] "$request" '
                    '$status $body_bytes_sent "$http_referer" '
                    '"$http_user_agent" "$http_x_forwarded_for"';
    access_log /var/log/nginx/access.log main;
    sendfile on;
    keepalive_timeout 65;
    include /etc/nginx/conf.d/*.conf;
}
`;

const defaultServer = (port: number): string => `server {
    listen ${port};
    server_name localhost;

    location / {
        root /usr/share/nginx/html;
        index index.html index.htm;
    }

    error_page 500 502 503 504 /50x.html;
    location = /50x.html {
        root /usr/share/nginx/html;
    }
}
`;

const page = (title: string, text: string): string =>
  `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<p>${text}</p>\n</body>\n</html>\n`;
const welcome = page('Welcome to nginx!', 'The page of an nginx without configuration, in a Portcullis lab.');
const sorry = page('Error', 'This page cannot be shown now.');

/** What the image's entry point does to a configuration: templates are filled in from the environment, with the variables alone that it has. */
const entrypoint = String.raw`#!/bin/sh
set -e
if [ "$1" = nginx ] && [ -d /etc/nginx/templates ] && [ -w /etc/nginx/conf.d ]; then
  if command -v envsubst >/dev/null; then
    names=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/$\1/p' | tr '\n' ' ')
    for template in /etc/nginx/templates/*.template; do
      [ -e "$template" ] || continue
      envsubst "$names" < "$template" > "/etc/nginx/conf.d/$(basename "$template" .template)"
    done
  else
    echo 'envsubst is not installed (package gettext-base): /etc/nginx/templates is not read' >&2
  fi
fi
exec "$@"
`;

/** One user is all that the lab has, so every name that nginx looks for is that one; with another's number it could not start. */
const passwd = `root:x:0:0:root:/root:/bin/sh
nginx:x:0:0:nginx:/var/cache/nginx:/bin/false
nobody:x:0:0:nobody:/nonexistent:/bin/false
www-data:x:0:0:www-data:/var/www:/bin/false
`;
const group = 'root:x:0:\nnginx:x:0:\nnogroup:x:0:\nnobody:x:0:\nwww-data:x:0:\n';
