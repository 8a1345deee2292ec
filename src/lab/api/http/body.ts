import { readRequestBody, toJson } from '../../../yaml/index.ts';
import { badRequest } from '../../store/index.ts';
import { decodeProtobuf } from '../protobuf/decode.ts';
import type { Call } from './call.ts';
import { tooLarge, unsupportedMediaType } from './status.ts';

/** What was sent, and in which notation. */
export interface Body {
  readonly format: 'json' | 'yaml';
  readonly text: string;
}

/** As of a real server: what etcd takes, and room for the form. */
const limit = 3 * 1024 * 1024;

const protobuf = 'application/vnd.kubernetes.protobuf';

/** Media types in which objects can be sent. */
const objectTypes: readonly string[] = ['application/json', 'application/yaml', protobuf];

/** The media type of what was sent, without its parameters. */
export function contentType({ request }: Call): string {
  return (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

/** Reads what was sent. Throws a 413. */
export async function readText(call: Call): Promise<string> {
  return (await readBytes(call)).toString('utf8');
}

async function readBytes({ request }: Call): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // A body that is too long is not read to its end, but its sender is to get an answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Reads JSON, YAML or Kubernetes' protobuf, which becomes JSON; without a Content-Type it is taken for JSON. undefined where nothing was sent. Throws a 415 for any other type, a
 * 400 for protobuf that is none.
 */
export async function readObjectText(call: Call): Promise<Body | undefined> {
  const type = contentType(call);
  const bytes = await readBytes(call);
  if (bytes.length === 0) return undefined;
  if (type !== '' && !objectTypes.includes(type)) throw unsupportedMediaType(objectTypes);
  if (type === protobuf) return { format: 'json', text: JSON.stringify(fromProtobuf(bytes)) };
  return { format: type === 'application/yaml' ? 'yaml' : 'json', text: bytes.toString('utf8') };
}

function fromProtobuf(bytes: Buffer): object {
  try {
    return decodeProtobuf(bytes);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}

/** The value of a body. Throws a 400 for text that is neither JSON nor YAML. */
export function parseBody({ format, text }: Body): unknown {
  if (format === 'json') {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
    }
  }
  const [document] = readRequestBody(text);
  const refusal = document?.problems.find(({ severity }) => severity === 'error');
  if (refusal !== undefined) throw badRequest(`error converting YAML to JSON: yaml: ${refusal.message}`);
  return document?.root === undefined ? null : JSON.parse(toJson(document.root));
}
