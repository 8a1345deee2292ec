import type { ContainerContext } from '../../../node/index.ts';
import { chooseLocation } from './choose.ts';
import { isRedirect, statusPage } from './pages.ts';
import type { Exchange } from './template.ts';
import type { Location, Return, Server, Settings } from './types.ts';

/** An answer before it is sent. */
export interface Answer {
  readonly code: number;
  readonly body: string;
  /** Empty where there is nothing to have one. */
  readonly type: string;
  readonly location?: string;
  readonly settings: Settings;
  /** 444: the connection is closed without one. */
  readonly silent?: boolean;
}

type Files = Pick<ContainerContext, 'readFile' | 'listDirectory'>;

/** nginx gives up after ten internal redirects, with 500. */
const mostRedirects = 10;

/** What a server answers. Follows internal redirects (index files, error pages, try_files). */
export async function answerOf(files: Files, server: Server, exchange: Exchange): Promise<Answer> {
  return walk(files, server, exchange, 0, undefined);
}

type Outcome = Answer | { readonly status: number } | { readonly goTo: string };

async function walk(
  files: Files,
  server: Server,
  exchange: Exchange,
  redirects: number,
  status: number | undefined,
): Promise<Answer> {
  const chosen = chooseLocation(server, exchange.uri);
  exchange.captures = chosen?.captures ?? [];
  const settings = chosen?.location.settings ?? server.settings;
  if (redirects > mostRedirects) return pageOf(500, settings);
  const outcome = await firstOutcome(files, server, chosen?.location, settings, exchange);
  if ('goTo' in outcome) {
    exchange.uri = outcome.goTo;
    return walk(files, server, exchange, redirects + 1, status);
  }
  if ('body' in outcome) return status === undefined ? outcome : { ...outcome, code: status };
  const instead = status === undefined ? settings.errorPages.get(outcome.status) : undefined;
  if (instead === undefined) return pageOf(status ?? outcome.status, settings);
  const page = instead.page(exchange);
  if (!page.startsWith('/')) return redirect(302, page, settings);
  exchange.uri = page;
  const shown = instead.status === 'page' ? undefined : (instead.status ?? outcome.status);
  return walk(files, server, exchange, redirects + 1, shown);
}

async function firstOutcome(
  files: Files,
  server: Server,
  location: Location | undefined,
  settings: Settings,
  exchange: Exchange,
): Promise<Outcome> {
  const wanted = server.return ?? location?.return;
  if (wanted !== undefined) return returned(wanted, settings, exchange);
  const tryFiles = location?.tryFiles ?? server.tryFiles;
  if (tryFiles !== undefined) {
    const tried = await tryThem(files, tryFiles, settings, exchange);
    if (tried !== undefined) return tried;
  }
  return fileOutcome(files, location, settings, exchange);
}

function returned({ code, text }: Return, settings: Settings, exchange: Exchange): Outcome {
  if (code === 444) return { ...pageOf(444, settings), silent: true };
  if (text === undefined && code >= 300) return { status: code };
  const value = text?.(exchange) ?? '';
  if (isRedirect(code)) return redirect(code, absolute(value, exchange), settings);
  return { code, body: value, type: typeOf(exchange.uri, settings), settings };
}

/** Redirects within the server are sent with its name, as `absolute_redirect` does. */
function absolute(target: string, { request }: Exchange): string {
  if (!target.startsWith('/')) return target;
  const host = (request.headers.host ?? request.socket.localAddress ?? '').replace(/:\d+$/, '');
  const port = request.socket.localPort;
  return `http://${host}${port === 80 ? '' : `:${port}`}${target}`;
}

/** The first path that is there takes the place of the request's: `$uri/` of `/sub` finds a directory and goes on as `/sub`, which is redirected to `/sub/`. */
async function tryThem(
  files: Files,
  { tries, last }: NonNullable<Location['tryFiles']>,
  settings: Settings,
  exchange: Exchange,
): Promise<Outcome | undefined> {
  for (const { path, directory } of tries) {
    const tried = path(exchange);
    const full = settings.root(exchange) + tried;
    const there = directory
      ? (await files.listDirectory(full)).length > 0
      : !full.endsWith('/') && (await readText(files, full)) !== undefined;
    if (!there) continue;
    exchange.uri = tried === '' ? '/' : tried;
    return undefined;
  }
  const fallback = last(exchange);
  if (fallback.startsWith('=')) return { status: Number(fallback.slice(1)) };
  return { goTo: fallback.split('?', 1)[0]! };
}

async function fileOutcome(
  files: Files,
  location: Location | undefined,
  settings: Settings,
  exchange: Exchange,
): Promise<Outcome> {
  const { uri, request } = exchange;
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405 };
  const path = (name: string): string =>
    location?.alias === undefined
      ? settings.root(exchange) + name
      : location.alias(exchange) + name.slice(location.pattern.length);
  if (uri.endsWith('/')) {
    for (const index of settings.index) {
      const name = index(exchange);
      const target = name.startsWith('/') ? name : uri + name;
      if ((await readText(files, path(target))) !== undefined) return { goTo: target };
    }
    return { status: (await files.listDirectory(path(uri))).length > 0 ? 403 : 404 };
  }
  const text = await readText(files, path(uri));
  if (text !== undefined) return { code: 200, body: text, type: typeOf(uri, settings), settings };
  const isDirectory = (await files.listDirectory(path(uri))).length > 0;
  return isDirectory ? redirect(301, absolute(`${uri}/`, exchange), settings) : { status: 404 };
}

/** A file's text. An empty one could be a directory that was opened. */
async function readText({ readFile, listDirectory }: Files, path: string): Promise<string | undefined> {
  const text = await readFile(path);
  return text === '' && (await listDirectory(path)).length > 0 ? undefined : text;
}

/** By the ending of the path, else `default_type`. */
function typeOf(uri: string, { types, defaultType }: Settings): string {
  const ending = /\.([^./]+)$/.exec(uri)?.[1]?.toLowerCase();
  return (ending === undefined ? undefined : types.get(ending)) ?? defaultType;
}

const pageOf = (code: number, settings: Settings): Answer => ({
  code,
  body: statusPage(code),
  type: statusPage(code) === '' ? '' : 'text/html',
  settings,
});

const redirect = (code: number, location: string, settings: Settings): Answer => ({
  ...pageOf(code, settings),
  location,
});
