import { checkArguments } from './directives.ts';
import { ConfigError, type Directive } from './parse-config.ts';
import { template } from './template.ts';
import type { Settings } from './types.ts';

/** What holds where the configuration says nothing. Source: ngx_http_core_module. */
export const defaultSettings: Settings = {
  root: () => '/etc/nginx/html',
  index: [() => 'index.html'],
  headers: [],
  defaultType: 'text/plain',
  types: new Map([
    ['html', 'text/html'],
    ['gif', 'image/gif'],
    ['jpg', 'image/jpeg'],
  ]),
  errorPages: new Map(),
  accessLog: true,
};

/** The settings of a level: its own directives over those of the level around it. Headers, types and error pages are inherited all together or not at all. */
export function settingsOf(directives: readonly Directive[], outer: Settings): Settings {
  const named = (name: string): readonly Directive[] => directives.filter((each) => each.name === name);
  const last = (name: string): Directive | undefined => named(name).at(-1);
  const [root, index, defaultType, accessLog] = ['root', 'index', 'default_type', 'access_log'].map(last);
  for (const directive of [root, defaultType]) if (directive !== undefined) checkArguments(directive, 1, 1);
  const headers = named('add_header').map(headerOf);
  const types = named('types').flatMap(typesOf);
  const pages = named('error_page').flatMap(errorPagesOf);
  return {
    root: root === undefined ? outer.root : template(root.args[0]!.replace(/\/$/, ''), root),
    index: index === undefined ? outer.index : index.args.map((name) => template(name, index)),
    headers: headers.length > 0 ? headers : outer.headers,
    defaultType: defaultType?.args[0] ?? outer.defaultType,
    types: types.length > 0 ? new Map(types) : outer.types,
    errorPages: pages.length > 0 ? new Map(pages) : outer.errorPages,
    accessLog: accessLog === undefined ? outer.accessLog : accessLog.args[0] !== 'off',
  };
}

function headerOf(directive: Directive): Settings['headers'][number] {
  checkArguments(directive, 2, 3);
  const [name = '', value = '', always] = directive.args;
  if (always !== undefined && always !== 'always') {
    throw new ConfigError(`invalid parameter "${always}"`, directive);
  }
  return { name, value: template(value, directive), always: always !== undefined };
}

function typesOf(directive: Directive): readonly (readonly [string, string])[] {
  return directive.block!.flatMap(({ name, args }) => args.map((ending) => [ending, name] as const));
}

type ErrorPage = readonly [
  number,
  { page: ReturnType<typeof template>; status: number | 'page' | undefined },
];

/** `error_page 404 /page`, `error_page 404 =200 /page`, `error_page 404 = /page`. */
function errorPagesOf(directive: Directive): readonly ErrorPage[] {
  checkArguments(directive, 2, Number.POSITIVE_INFINITY);
  const words = directive.args.slice(0, -1);
  const page = template(directive.args.at(-1)!, directive);
  const answer = words.at(-1)!.startsWith('=') ? words.pop()! : undefined;
  const status =
    answer === undefined ? undefined : answer === '=' ? ('page' as const) : Number(answer.slice(1));
  return words.map((word) => {
    const code = Number(word);
    if (!/^\d+$/.test(word) || code < 300 || code > 599) {
      throw new ConfigError(`value "${word}" must be between 300 and 599`, directive);
    }
    return [code, { page, status }] as const;
  });
}
