import { badRequest, type Json, StatusError } from '../../store/index.ts';
import { goFormat, goTypeName } from './go-format.ts';
import type { Fields } from './patch-schema.ts';

// The refusals of apimachinery's strategicpatch, with the codes that the API server gives them.

export function badSetElementOrder(): StatusError {
  return badRequest('invalid patch format of setElementOrder list');
}

export function badRetainKeys(): StatusError {
  return badRequest('invalid patch format of retainKeys');
}

/** What the API server makes of any patch that can be read but not carried out. */
export function rejected(): StatusError {
  return new StatusError(
    422,
    'Invalid',
    'the server rejected our request due to an error in our request',
    {},
  );
}

/** All others are the server's own fault there, too. */
export function unforeseen(message: string): StatusError {
  return new StatusError(500, 'Unknown', message);
}

export function noMergeKey(map: Json, key: string): StatusError {
  return unforeseen(`map: ${goFormat(map)} does not contain declared merge key: ${key}`);
}

export function badPatchType(type: Json, map: Fields): StatusError {
  return unforeseen(`unknown patch type: ${goFormat(type)} in map: ${goFormat(map)}`);
}

export function badArgument(expected: 'map' | 'list', actual: Json): StatusError {
  const wanted = expected === 'map' ? 'map[string]interface {}' : '[]interface {}';
  return unforeseen(`expected a ${wanted}, but received a ${goTypeName(actual)}`);
}
