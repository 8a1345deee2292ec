import { isIPv4 } from 'node:net';
import { checkArguments, checkDirective, type Level } from './directives.ts';
import { ConfigError, type Directive } from './parse-config.ts';
import { defaultSettings, settingsOf } from './settings.ts';
import { template } from './template.ts';
import type { Listen, Location, Return, Server, Settings } from './types.ts';

/** Makes servers of a configuration. Throws a ConfigError for the first thing that the stand-in cannot do. */
export function readServers(main: readonly Directive[]): readonly Server[] {
  checkAll(main, 'm');
  for (const { block } of named(main, 'events')) checkAll(block!, 'e');
  return named(main, 'http').flatMap(({ block }) => {
    checkAll(block!, 'h');
    const settings = settingsOf(block!, defaultSettings);
    return named(block!, 'server').map((server) => readServer(server.block!, settings));
  });
}

const named = (directives: readonly Directive[], name: string): readonly Directive[] =>
  directives.filter((directive) => directive.name === name);

function checkAll(directives: readonly Directive[], level: Level): void {
  for (const directive of directives) checkDirective(directive, level);
}

function readServer(block: readonly Directive[], outer: Settings): Server {
  checkAll(block, 's');
  const settings = settingsOf(block, outer);
  const listens = named(block, 'listen');
  return {
    listens: listens.length === 0 ? [everywhere(80)] : listens.flatMap(readListen),
    names: named(block, 'server_name').flatMap(readNames),
    settings,
    return: readReturn(block),
    tryFiles: readTryFiles(block),
    locations: named(block, 'location').map((location) => readLocation(location, settings)),
  };
}

function readNames(directive: Directive): readonly string[] {
  return directive.args.map((name) => {
    if (!name.startsWith('~')) return name.toLowerCase();
    expressionOf(name.slice(1), true, directive);
    return name;
  });
}

const everywhere = (port: number): Listen => ({ address: '0.0.0.0', port, isDefault: false });

/** IPv6 is left out: the lab has none, and who listens there listens on IPv4 beside it. */
function readListen(directive: Directive): readonly Listen[] {
  const [where = '', ...parameters] = directive.args;
  const unknown = parameters.find(
    (each) =>
      !/^(default_server|default|reuseport|deferred|bind|backlog=.*|(rcv|snd)buf=.*|ipv6only=.*|so_keepalive=.*|fastopen=.*|setfib=.*)$/.test(
        each,
      ),
  );
  if (unknown !== undefined) {
    throw new ConfigError(`the lab's stand-in for nginx cannot listen with "${unknown}"`, directive);
  }
  if (where.startsWith('[')) return [];
  const [, host = '', digits = '80'] = /^(?:([^:]*?):)?(\d+)$/.exec(where) ?? [undefined, where];
  const address = host === '' || host === '*' ? '0.0.0.0' : host === 'localhost' ? '127.0.0.1' : host;
  const port = Number(digits);
  if (!isIPv4(address) || port < 1 || port > 65_535) {
    throw new ConfigError(`invalid host or port in "${where}" of the "listen" directive`, directive);
  }
  return [{ address, port, isDefault: parameters.some((each) => /^default(_server)?$/.test(each)) }];
}

const locationKinds = {
  '=': 'exact',
  '^~': 'prefix before expressions',
  '~': 'expression',
  '~*': 'expression',
} as const;

function readLocation(directive: Directive, outer: Settings): Location {
  checkArguments(directive, 1, 2);
  const [, modifier = '', joined = ''] = /^(=|\^~|~\*|~)?(.*)$/s.exec(directive.args[0]!)!;
  const pattern = directive.args[1] ?? joined;
  const kind = modifier === '' ? 'prefix' : locationKinds[modifier as keyof typeof locationKinds];
  if (kind === 'prefix' && directive.args.length > 1) {
    throw new ConfigError(`invalid location modifier "${directive.args[0]}"`, directive);
  }
  if (pattern.startsWith('@')) {
    throw new ConfigError("the lab's stand-in for nginx has no named locations", directive);
  }
  const block = directive.block!;
  if (named(block, 'location').length > 0) {
    throw new ConfigError("the lab's stand-in for nginx has no locations in locations", directive);
  }
  checkAll(block, 'l');
  const alias = named(block, 'alias').at(-1);
  return {
    kind,
    pattern,
    expression: kind === 'expression' ? expressionOf(pattern, modifier === '~*', directive) : undefined,
    settings: settingsOf(block, outer),
    return: readReturn(block),
    alias: alias === undefined ? undefined : template(alias.args[0] ?? '', alias),
    tryFiles: readTryFiles(block),
  };
}

function expressionOf(pattern: string, ignoreCase: boolean, directive: Directive): RegExp {
  try {
    return new RegExp(pattern, ignoreCase ? 'iu' : 'u');
  } catch {
    throw new ConfigError(`the regular expression "${pattern}" cannot be read`, directive);
  }
}

/** The first `return` of a level counts. */
function readReturn(block: readonly Directive[]): Return | undefined {
  const [directive] = named(block, 'return');
  if (directive === undefined) return undefined;
  checkArguments(directive, 1, 2);
  const [first = '', second] = directive.args;
  if (/^\d+$/.test(first)) {
    if (Number(first) > 999) throw new ConfigError(`invalid return code "${first}"`, directive);
    return { code: Number(first), text: second === undefined ? undefined : template(second, directive) };
  }
  if (second !== undefined || !/^(https?:\/\/|\$scheme)/.test(first)) {
    throw new ConfigError(`invalid return code "${first}"`, directive);
  }
  return { code: 302, text: template(first, directive) };
}

function readTryFiles(block: readonly Directive[]): Location['tryFiles'] {
  const [directive] = named(block, 'try_files');
  if (directive === undefined) return undefined;
  checkArguments(directive, 2, Number.POSITIVE_INFINITY);
  if (directive.args.at(-1)!.startsWith('@')) {
    throw new ConfigError("the lab's stand-in for nginx has no named locations", directive);
  }
  return {
    tries: directive.args.slice(0, -1).map((word) => ({
      path: template(word.replace(/\/$/, ''), directive),
      directory: word.endsWith('/'),
    })),
    last: template(directive.args.at(-1)!, directive),
  };
}
