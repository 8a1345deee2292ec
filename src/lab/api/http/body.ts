import { readRequestBody, toJson } from '../../../yaml/index.ts';
import { badRequest } from '../../store/index.ts';
import type { Call } from './call.ts';
import { tooLarge, unsupportedMediaType } from './status.ts';

/** What was sent, and in which notation. */
export interface Body {
  readonly format: 'json' | 'yaml';
  readonly text: string;
}

/** As of a real server: what etcd takes, and room for the form. */
const limit = 3 * 1024 * 1024;

/** Media types in which objects can be sent. */
export const objectTypes: readonly string[] = ['application/json', 'application/yaml'];

/** The media type of what was sent, without its parameters. */
export function contentType({ request }: Call): string {
  return (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

/** Reads what was sent. Throws a 413. */
export async function readText({ request }: Call): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads JSON or YAML; without a Content-Type it is taken for JSON. undefined where nothing was sent. Throws a 415 for any other. */
export async function readObjectText(call: Call): Promise<Body | undefined> {
  const type = contentType(call);
  const text = await readText(call);
  if (text === '') return undefined;
  if (type !== '' && !objectTypes.includes(type)) throw unsupportedMediaType(objectTypes);
  return { format: type === 'application/yaml' ? 'yaml' : 'json', text };
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
