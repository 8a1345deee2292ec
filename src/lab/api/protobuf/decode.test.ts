import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../store/index.ts';
import { decodeProtobuf } from './decode.ts';

/** Objects as Kubernetes' own encoders (v1.36.3) write them. */
interface Case {
  readonly protobuf: string;
  readonly json: Json;
}

const cases = readFileSync(join(import.meta.dirname, 'decode.cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

/** Without zero values, which protobuf writes and JSON mostly leaves out. */
function withoutZeros(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutZeros);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, member]) => [key, withoutZeros(member)] as const)
    .filter(([, member]) => !['null', '""', '0', 'false', '{}', '[]'].includes(JSON.stringify(member)));
  return Object.fromEntries(entries);
}

describe('decodeProtobuf', () => {
  it.each(cases)('reads what Kubernetes writes: $json.kind', ({ protobuf, json }) => {
    expect(withoutZeros(decodeProtobuf(Buffer.from(protobuf, 'base64')))).toEqual(withoutZeros(json));
  });

  it('refuses what is none, ends too early, or is of a kind that is not known', () => {
    expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow('does not appear to be a protobuf message');
    const whole = Buffer.from(cases[0]!.protobuf, 'base64');
    expect(() => decodeProtobuf(whole.subarray(0, whole.length - 3))).toThrow('unexpected EOF');
    const unknown = Buffer.concat([Buffer.from('k8s\0\x0a\x08\x0a\x02v1\x12\x02Xy')]);
    expect(() => decodeProtobuf(unknown)).toThrow('no kind "Xy" is registered for version "v1"');
  });
});
