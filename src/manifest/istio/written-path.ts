import type { FieldPath } from '../../model/index.ts';
import { isObject } from './proto.ts';

/** The path as the text has it: Istio reads `match_labels` too, and a key of a map of ports may be `" 80"`. */
export function writtenPath(json: unknown, path: FieldPath): FieldPath {
  const written: (string | number)[] = [];
  let at = json;
  for (const part of path) {
    const name =
      typeof part === 'string' && isObject(at) && !Object.hasOwn(at, part) ? snakeCase(part) : part;
    written.push(isObject(at) && !Object.hasOwn(at, name) ? part : name);
    at =
      isObject(at) || Array.isArray(at)
        ? (at as Readonly<Record<string | number, unknown>>)[name]
        : undefined;
  }
  return written;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
