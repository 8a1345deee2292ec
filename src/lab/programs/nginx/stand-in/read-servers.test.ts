import { describe, expect, it } from 'vitest';
import { testContext } from '../../../../../test/support/lab-context.ts';
import { chooseLocation, normalPath } from './choose.ts';
import { loadConfig } from './load-config.ts';
import { parseConfig } from './parse-config.ts';
import { readServers } from './read-servers.ts';
import type { Server } from './types.ts';

const main = '/etc/nginx/nginx.conf';

async function servers(
  text: string,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly Server[]> {
  const { context } = testContext(
    { name: 'nowhere', path: '', fd: -1 },
    { files: { ...files, [main]: text } },
  );
  return readServers(await loadConfig(context, main));
}

const server = (text: string): string => `http {\n  server {\n${text}\n  }\n}\n`;

describe('parseConfig', () => {
  it('reads words, quotes, blocks and comments', () => {
    const text = `a b "c d" 'e\\'f' "\\n\\$x"; # no; {\nblock "x{y" { inner $\{name}z; }\n`;
    expect(parseConfig(text, 'f')).toEqual([
      { name: 'a', args: ['b', 'c d', "e'f", '\n\\$x'], file: 'f', line: 1 },
      {
        name: 'block',
        args: ['x{y'],
        file: 'f',
        line: 2,
        block: [{ name: 'inner', args: ['$' + '{name}z'], file: 'f', line: 2 }],
      },
    ]);
    expect(parseConfig('a "one\ntwo";\nb;', 'f').map(({ line }) => line)).toEqual([1, 3]);
    expect(parseConfig('location ~ ^/a"b$ {}', 'f')[0]!.args).toEqual(['~', '^/a"b$']);
    expect(parseConfig(' \n# nothing', 'f')).toEqual([]);
  });

  it.each([
    ['a', 'unexpected end of file, expecting ";" or "}" in f:1'],
    ['a {\nb;\n', 'unexpected end of file, expecting "}" in f:3'],
    ['a;\n}', 'unexpected "}" in f:2'],
    ['\n;', 'unexpected ";" in f:2'],
    ['a "b;\n', 'expecting a closing quote in f:1'],
  ])('%j: %s', (text, message) => {
    expect(() => parseConfig(text, 'f')).toThrow(message);
  });
});

describe('what the stand-in refuses, with file and line', () => {
  it.each([
    [
      'proxy_pass http://x;',
      'does not know the directive "proxy_pass" (install nginx on this machine for all of them) in /etc/nginx/nginx.conf:3',
    ],
    ['user x;', '"user" directive is not allowed here in /etc/nginx/nginx.conf:3'],
    ['listen 443 ssl;', 'cannot listen with "ssl" in /etc/nginx/nginx.conf:3'],
    ['listen nowhere:80;', 'invalid host or port in "nowhere:80"'],
    ['listen 80 {}', 'directive "listen" is not terminated by ";"'],
    ['location /;', 'directive "location" has no opening "{"'],
    ['location ~ ( {}', 'the regular expression "(" cannot be read'],
    ['server_name ~(;', 'the regular expression "(" cannot be read'],
    ['location @x {}', 'has no named locations'],
    ['location / { location /a {} }', 'has no locations in locations'],
    ['return abc;', 'invalid return code "abc"'],
    ['return 200 a b;', 'invalid number of arguments in "return" directive'],
    ['return 200 $ssl_cipher;', 'unknown "ssl_cipher" variable'],
    ['add_header A;', 'invalid number of arguments in "add_header" directive'],
    ['add_header A b c;', 'invalid parameter "c"'],
    ['error_page nine /x;', 'value "nine" must be between 300 and 599'],
    [
      'include gone.conf;',
      'open() "/etc/nginx/gone.conf" failed (2: No such file or directory) in /etc/nginx/nginx.conf:3',
    ],
    ['include /etc/nginx/nginx.conf;', 'too deep "include"'],
  ])('%s', async (text, message) => {
    await expect(servers(server(text))).rejects.toThrow(message);
  });

  it('no configuration at all', async () => {
    const { context } = testContext({ name: 'nowhere', path: '', fd: -1 }, {});
    await expect(loadConfig(context, main)).rejects.toThrow(`open() "${main}" failed`);
  });
});

describe('readServers', () => {
  it('reads files by pattern, sorted, and only those', async () => {
    const one = (port: number): string => `server { listen ${port}; }`;
    const found = await servers('events {}\nhttp { include conf.d/*.conf; include none/*; }', {
      '/etc/nginx/conf.d/b.conf': one(82),
      '/etc/nginx/conf.d/a.conf': one(81),
      '/etc/nginx/conf.d/a.conf.bak': one(83),
      '/etc/nginx/conf.d/.hidden.conf': one(84),
    });
    expect(found.flatMap(({ listens }) => listens.map(({ port }) => port))).toEqual([81, 82]);
  });

  it('listens where it is told to', async () => {
    const [found] = await servers(
      server(
        'listen 8080 default_server; listen 127.0.0.1:81; listen *; listen localhost:82; listen [::]:83;',
      ),
    );
    expect(found!.listens).toEqual([
      { address: '0.0.0.0', port: 8080, isDefault: true },
      { address: '127.0.0.1', port: 81, isDefault: false },
      { address: '0.0.0.0', port: 80, isDefault: false },
      { address: '127.0.0.1', port: 82, isDefault: false },
    ]);
    expect((await servers(server('')))[0]!.listens).toEqual([
      { address: '0.0.0.0', port: 80, isDefault: false },
    ]);
  });

  it('chooses a location as nginx does', async () => {
    const [found] = await servers(
      server(
        'location / {} location /a/ {} location = /a/ {} location ^~ /b {} location ~ /(a|b)/x {} location ~ x$ {}',
      ),
    );
    const patternFor = (uri: string): string | undefined => chooseLocation(found!, uri)?.location.pattern;
    expect(['/', '/a/', '/a/b', '/a/x', '/b/x', '/cx', '/b'].map(patternFor)).toEqual([
      '/',
      '/a/',
      '/a/',
      '/(a|b)/x',
      '/b',
      'x$',
      '/b',
    ]);
  });

  it('makes paths normal', () => {
    const paths = ['/a//b/./c/../d', '/%41%2fb', '/a/..', '/a/.', '/..', 'a', '/%0', '/caf%C3%A9/'];
    expect(paths.map(normalPath)).toEqual([
      '/a/b/d',
      '/A/b',
      '/',
      '/a/',
      undefined,
      undefined,
      undefined,
      '/café/',
    ]);
  });
});
