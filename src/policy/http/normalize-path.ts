import type { PathNormalization } from '../../model/index.ts';

/**
 * Rewrites the path part of `:path` as the mesh's setting says; the query stays as it is.
 * Undefined where Envoy refuses the path (a percent-encoded NUL).
 * Source: envoy source/common/http/path_utility.cc; the order is decode, canonicalize, merge.
 */
export function normalizePath(target: string, setting: PathNormalization): string | undefined {
  if (setting === 'NONE') return target;
  const queryStart = target.indexOf('?');
  const query = queryStart < 0 ? '' : target.slice(queryStart);
  let path: string | undefined = queryStart < 0 ? target : target.slice(0, queryStart);
  if (setting === 'DECODE_AND_MERGE_SLASHES') path = decodeSlashes(path);
  path = canonicalizePath(path);
  if (path === undefined) return undefined;
  return (setting === 'BASE' ? path : mergeSlashes(path)) + query;
}

function decodeSlashes(path: string): string {
  return path.replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
}

/** Joins the non-empty segments by one slash each; a path of slashes only keeps its first and its last one. */
function mergeSlashes(path: string): string {
  if (!path.includes('//')) return path;
  const joined = path
    .split('/')
    .filter((segment) => segment !== '')
    .join('/');
  return `${path.startsWith('/') ? '/' : ''}${joined}${path.endsWith('/') ? '/' : ''}`;
}

const unreserved = /[A-Za-z0-9._~-]/;
/** Characters that are written percent-encoded. The request line already excluded blanks and all that is not ASCII. */
const escaped = /[\x00-\x20"<>^`{|}\x7f]/;

/**
 * Chromium's path canonicalization, which Envoy uses: dot segments go, backslashes become slashes, escapes of unreserved characters are decoded,
 * a few raw characters are encoded. Undefined for an escaped NUL. Source: googleurl url/url_canon_path.cc.
 */
function canonicalizePath(path: string): string | undefined {
  if (!/[\\%."<>^`{|}\x00-\x20\x7f]/.test(path)) return path;
  let output = '';
  let looseFrom = -3;
  let at = 0;
  while (at < path.length) {
    const dot = dotLength(path, at);
    if (dot > 0 && output.endsWith('/')) {
      const segment = readDotSegment(path, at, dot);
      if (segment === undefined) output += '.';
      else if (segment.up) output = parentOf(output);
      at += segment === undefined ? dot : segment.length;
      continue;
    }
    const character = path[at]!;
    if (dot > 0) {
      output += '.';
      at += dot;
    } else if (character === '\\') {
      output += '/';
      at += 1;
    } else if (character === '%') {
      const byte = escapedByte(path, at);
      if (byte === 0) return undefined;
      if (byte === undefined) {
        looseFrom = output.length;
        output += '%';
        at += 1;
        continue;
      }
      const decoded = String.fromCharCode(byte);
      const keep = !unreserved.test(decoded);
      output += keep ? path.slice(at, at + 3) : decoded;
      at += 3;
      if (!keep && looseFrom >= output.length - 3) output = guardLooseEscape(output, looseFrom, path[at]);
    } else {
      output += escaped.test(character) ? percentEncode(character) : character;
      at += 1;
    }
  }
  return output;
}

/** Length of a dot at `at`, plain or encoded; 0 where there is none. */
function dotLength(path: string, at: number): number {
  if (path[at] === '.') return 1;
  return path[at] === '%' && /^%2e$/i.test(path.slice(at, at + 3)) ? 3 : 0;
}

/** A whole segment `.` or `..` that starts with the dot at `at`, with the slash behind it; undefined for any other segment. */
function readDotSegment(
  path: string,
  at: number,
  firstDot: number,
): { readonly up: boolean; readonly length: number } | undefined {
  const secondDot = dotLength(path, at + firstDot);
  const end = at + firstDot + secondDot;
  const up = secondDot > 0;
  if (end === path.length) return { up, length: end - at };
  return path[end] === '/' || path[end] === '\\' ? { up, length: end + 1 - at } : undefined;
}

/** Removes the last segment of a path that ends in a slash; the root stays. */
function parentOf(path: string): string {
  return path.length <= 1 ? path : path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
}

/** The byte of the escape at `at`, or undefined where the two characters behind `%` are no hex digits. */
function escapedByte(path: string, at: number): number | undefined {
  const digits = path.slice(at + 1, at + 3);
  return /^[0-9a-f]{2}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** A decoded character must not complete an escape with a stray `%` before it: then that `%` itself is encoded. */
function guardLooseEscape(output: string, looseFrom: number, next: string | undefined): string {
  const written = output.slice(looseFrom + 1);
  const candidate = written.length === 1 ? written + (next ?? '') : written;
  return /^[0-9a-f]{2}$/i.test(candidate) ? `${output.slice(0, looseFrom)}%25${written}` : output;
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
