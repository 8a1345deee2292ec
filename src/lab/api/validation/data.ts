import type { ConfigMap, Secret } from '../../store/index.ts';
import { invalid, type Refusal } from './refusals.ts';

const keyText =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** Holds the keys of a ConfigMap or Secret against the API's rules. */
export function checkData(object: ConfigMap | Secret): readonly Refusal[] {
  const { data = {}, binaryData = {} } = object as ConfigMap;
  return [...checkKeys(data, 'data'), ...checkKeys(binaryData, 'binaryData')].concat(
    Object.keys(data)
      .filter((key) => Object.hasOwn(binaryData, key))
      .map((key) => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')),
  );
}

function checkKeys(map: object, field: string): Refusal[] {
  return Object.keys(map).flatMap((key) => {
    const at = `${field}[${key}]`;
    if (key.length > 253) return [invalid(at, key, 'must be no more than 253 characters')];
    if (key === '.') return [invalid(at, key, "must not be '.'")];
    if (key === '..') return [invalid(at, key, "must not be '..'")];
    return /^[-._a-zA-Z0-9]+$/.test(key) ? [] : [invalid(at, key, keyText)];
  });
}
