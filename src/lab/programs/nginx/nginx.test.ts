import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inside } from '../../../../test/support/inside.ts';
import { type NodeAlone, nodeAlone } from '../../../../test/support/node-alone.ts';
import { ownNamespace, runProgram } from '../../system/index.ts';
import { findExecutable, imageTable } from '../index.ts';

const real = imageTable({});
const remarks: string[] = [];
const standIn = imageTable({
  find: (name) => (name === 'nginx' ? undefined : findExecutable(name)),
  remark: (_, message) => void remarks.push(message),
});

/** The tutorial's own: all of nginx.conf in one ConfigMap, mounted as a file. */
const whole = `
events {
}
http {
    server {
        listen 80;
        location / {
            default_type text/plain;
            return 200 "Hello world - np-test-nginx-2!";
        }
    }
}
`;

/** A file of conf.d with everything that the stand-in reads. */
const site = String.raw`
# What comes from http: mime.types and the image's default type.
server {
    listen 80 default_server;
    server_name web.example web.*;
    root /srv/site;
    add_header X-Level "server $server_name";

    location / { try_files $uri $uri/ =404; }
    location = /exact { return 200 'exact $uri $is_args$args\n'; }
    location /plain { default_type text/plain; return 200 "prefix ${'$'}{request_method}"; }
    location ^~ /strong/ { return 200 strong; }
    location ~ ^/user/(\w+)\.(json|txt)$ { return 200 "{\"user\": \"$1\", \"as\": \"$2\"}"; }
    location ~* \.PNG$ { add_header X-Picture yes always; return 404; }
    location /strong/a.png { return 200 never; }
    location /moved { return 301 /plain; }
    location /away { return https://example.com$request_uri; }
    location /see { return 307 http://other.example/; }
    location /gone { return 410; }
    location /teapot { return 418; }
    location /nothing { return 204; }
    location /closed { return 444; }
    location /ok { return 200; }
    location /broken { return 503 "try later\n"; }
    location /pages { error_page 404 = /exact; error_page 403 =201 /plain; error_page 500 /50x.html; return 404; }
    location /pages/forbidden { error_page 403 =201 /plain; return 403; }
    location /pages/error { error_page 500 /50x.html; return 500; }
    location /files/ { alias /srv/other/; index start.txt; }
    location /header { default_type text/plain; return 200 "$http_x_who $arg_a $remote_addr $host $scheme $server_port"; }
}
server {
    listen *:80;
    server_name .below.example ~^re\d+\.example$;
    return 200 "$host of $server_name";
}
server {
    listen 81;
    server_name one;
    location / { root /srv/other; }
}
`;

const siteFiles = {
  'index.html': '<p>start</p>\n',
  'page.html': '<p>page</p>\n',
  'data.json': '{}\n',
  plain: 'no ending\n',
  '50x.html': 'sorry\n',
};
const otherFiles = { 'start.txt': 'started\n', 'a b.txt': 'with a blank\n' };

/** A request: path, and words for curl. */
const requests: readonly (readonly [string, ...string[]])[] = [
  ['/'],
  ['/page.html'],
  ['/data.json'],
  ['/plain'],
  ['/plain', '-X', 'POST', '-d', 'x=1'],
  ['/page.html', '-X', 'POST', '-d', 'x=1'],
  ['/page.html', '-I'],
  ['/nosuch'],
  ['/sub'],
  ['/sub/'],
  ['/empty/'],
  ['/exact'],
  ['/exact?a=1&b=%20'],
  ['/exact/more'],
  ['/plainly'],
  ['/strong/a.png'],
  ['/user/joe.json'],
  ['/user/joe.txt'],
  ['/user/joe.xml'],
  ['/a.png'],
  ['/a.pNg'],
  ['/moved'],
  ['/moved', '-H', 'Host: shop.example:8080'],
  ['/away?q=1'],
  ['/see'],
  ['/gone'],
  ['/teapot'],
  ['/nothing'],
  ['/ok'],
  ['/broken'],
  ['/pages'],
  ['/pages/forbidden'],
  ['/pages/error'],
  ['/files/'],
  ['/files/start.txt'],
  ['/files/a%20b.txt'],
  ['/files/../exact', '--path-as-is'],
  ['//exact', '--path-as-is'],
  ['/%65xact'],
  ['/%zz', '--path-as-is'],
  ['/../exact', '--path-as-is'],
  ['/header?a=5&b=6', '-H', 'X-Who: me', '-H', 'Host: Some.Host:99'],
  ['/x', '-H', 'Host: below.example'],
  ['/x', '-H', 'Host: deep.below.example'],
  ['/x', '-H', 'Host: re7.example'],
  ['/exact', '-H', 'Host: web.anything'],
  ['/exact', '-H', 'Host: unknown.example'],
];

interface Answer {
  readonly status: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Of the headers those that both must agree on. */
const compared = ['content-type', 'location', 'x-level', 'x-picture', 'content-length'];

async function ask(
  address: string,
  port: number,
  [path, ...words]: (typeof requests)[number],
): Promise<Answer> {
  const url = `http://${address}:${port}${path}`;
  const text = await runProgram(ownNamespace, 'curl', ['-sS', '-i', '--max-time', '5', ...words, url]);
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const pairs = fields
    .map((field) => field.split(/:\s*/))
    .map(
      ([name = '', ...value]) => [name.toLowerCase(), value.join(':').replaceAll(address, 'POD')] as const,
    );
  const whole = body.join('\r\n\r\n');
  const page = whole.includes('<hr><center>nginx');
  return {
    status: line.split(' ')[1]!,
    headers: Object.fromEntries(
      pairs.filter(([name]) => compared.includes(name) && !(page && name === 'content-length')),
    ),
    body: whole.replace(/nginx\/[\d.]+/, 'nginx').replaceAll(address, 'POD'),
  };
}

const mounted = (name: string, mountPath: string, subPath?: string): object => ({
  name,
  mountPath,
  ...(subPath !== undefined && { subPath }),
});
const volume = (name: string): object => ({ name, configMap: { name } });

inside(import.meta.url, () => {
  let lab: NodeAlone;
  const addressOf = (pod: string): string => lab.get(pod)!.status.podIP!;

  beforeAll(async () => {
    lab = await nodeAlone((image) => (image.startsWith('stand-in') ? standIn('nginx') : real(image)));
    const map = (name: string, data: Record<string, string>): void => lab.create('ConfigMap', name, { data });
    map('whole', { 'nginx.conf': whole });
    map('site', { 'site.conf': site });
    map('files', siteFiles);
    map('sub', { 'index.html': 'below\n' });
    map('empty', { 'no-index.txt': 'x\n' });
    map('other', otherFiles);
    map('html', { 'index.html': 'mine\n' });
    map('templates', {
      'default.conf.template': 'server { listen 8080; return 200 "$host ${' + 'WHO}\\n"; }',
    });
    map('unknown', {
      'site.conf': 'server {\n  listen 80;\n  location / {\n    proxy_pass http://x;\n  }\n}\n',
    });
    for (const [prefix, image] of [
      ['real', 'nginx:1.27'],
      ['built-in', 'stand-in'],
    ] as const) {
      const pod = (name: string, volumeMounts: readonly object[], more: object = {}): void => {
        const volumes = [...new Set(volumeMounts.map((each) => (each as { name: string }).name))].map(volume);
        lab.pod(`${prefix}-${name}`, {
          containers: [{ name: 'nginx', image, volumeMounts, ...more }],
          volumes,
        });
      };
      pod('plain', []);
      pod('whole', [mounted('whole', '/etc/nginx/nginx.conf', 'nginx.conf')]);
      pod('html', [mounted('html', '/usr/share/nginx/html')]);
      pod('site', [
        mounted('site', '/etc/nginx/conf.d'),
        mounted('files', '/srv/site'),
        mounted('sub', '/srv/site/sub'),
        mounted('empty', '/srv/site/empty'),
        mounted('other', '/srv/other'),
      ]);
    }
    lab.pod('unprivileged', { containers: [{ name: 'nginx', image: 'nginxinc/nginx-unprivileged:1' }] });
    lab.pod('shell', {
      containers: [{ name: 'nginx', image: 'nginx', command: ['sh', '-c', "exec nginx -g 'daemon off;'"] }],
    });
    lab.pod('templates', {
      containers: [
        {
          name: 'nginx',
          image: 'nginx',
          env: [{ name: 'WHO', value: 'filled in' }],
          volumeMounts: [mounted('templates', '/etc/nginx/templates')],
        },
      ],
      volumes: [volume('templates')],
    });
    lab.pod('refused', {
      containers: [
        { name: 'nginx', image: 'stand-in', volumeMounts: [mounted('unknown', '/etc/nginx/conf.d')] },
      ],
      volumes: [volume('unknown')],
    });
    const names = lab.store.list('pods').map(({ metadata }) => metadata.name);
    await Promise.all(names.filter((name) => name !== 'refused').map((name) => lab.untilReady(name)));
  });
  afterAll(() => lab.close());

  describe.each(['real', 'built-in'])('%s nginx', (kind) => {
    it('without configuration', async () => {
      const { status, body } = await ask(addressOf(`${kind}-plain`), 80, ['/']);
      expect([status, body]).toEqual(['200', expect.stringContaining('<title>Welcome to nginx!</title>')]);
    });

    it("with the tutorial's nginx.conf", async () => {
      expect(await ask(addressOf(`${kind}-whole`), 80, ['/'])).toEqual({
        status: '200',
        headers: { 'content-type': 'text/plain', 'content-length': '30' },
        body: 'Hello world - np-test-nginx-2!',
      });
      await expect
        .poll(() => lab.logs(`${kind}-whole`))
        .toMatch(/^[\d.]+ - - \[.*\] "GET \/ HTTP\/1\.1" 200 30 "-" "curl/m);
    });

    it('with pages from a ConfigMap', async () => {
      expect((await ask(addressOf(`${kind}-html`), 80, ['/'])).body).toBe('mine\n');
    });
  });

  it('the stand-in answers as nginx does', async () => {
    const answers = { wanted: [] as unknown[], got: [] as unknown[] };
    for (const request of requests) {
      const [wanted, got] = await Promise.all([
        ask(addressOf('real-site'), 80, request),
        ask(addressOf('built-in-site'), 80, request),
      ]);
      answers.wanted.push({ request, ...wanted });
      answers.got.push({ request, ...got });
    }
    expect(answers.got).toEqual(answers.wanted);
    const one = (pod: string): Promise<Answer> => ask(addressOf(pod), 81, ['/start.txt']);
    expect(await one('built-in-site')).toEqual(await one('real-site'));
    await expect(ask(addressOf('real-site'), 80, ['/closed'])).rejects.toThrow('Empty reply');
    await expect(ask(addressOf('built-in-site'), 80, ['/closed'])).rejects.toThrow('Empty reply');
  });

  it('says that it stands in, and what it does not know', async () => {
    expect(await lab.logs('built-in-plain')).toMatch(/^nginx is not installed on this machine/);
    expect(remarks.length).toBeGreaterThan(0);
    await lab.until('refused', ({ status }) => (status.containerStatuses?.[0]?.restartCount ?? 0) > 0);
    expect(await lab.logs('refused', { previous: true })).toContain(
      'does not know the directive "proxy_pass" (install nginx on this machine for all of them) in /etc/nginx/conf.d/site.conf:4',
    );
  });

  it('the images beside it', async () => {
    expect((await ask(addressOf('unprivileged'), 8080, ['/'])).status).toBe('200');
    expect((await ask(addressOf('shell'), 80, ['/'])).status).toBe('200');
  });

  it.skipIf(findExecutable('envsubst') === undefined)('fills in templates', async () => {
    expect((await ask(addressOf('templates'), 8080, ['/'])).body).toBe('POD filled in\n');
  });

  it('one process, which ends when it is told to', async () => {
    expect(
      (await lab.exec('real-plain', ['sh', '-c', 'cat /proc/[0-9]*/comm | grep -c nginx'])).stdout.trim(),
    ).toBe('1');
    lab.store.delete('pods', 'real-plain', 'default');
    lab.store.delete('pods', 'built-in-plain', 'default');
    await Promise.all([lab.untilGone('real-plain'), lab.untilGone('built-in-plain')]);
  });
}, ['nginx', 'curl', 'ip']);
