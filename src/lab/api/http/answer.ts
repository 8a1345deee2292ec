import { formatYaml, type JsonValue } from '../../../report/index.ts';
import type { Form } from './accept.ts';
import type { Call } from './call.ts';
import { asStatusError, statusOf } from './status.ts';

/** Sends a value. Human readers (curl, a browser, `pretty`) get it on many lines. */
export function answer(call: Call, code: number, value: unknown, form: Form = { format: 'json' }): void {
  const { format, as } = form;
  const text =
    format === 'yaml'
      ? formatYaml(value as JsonValue)
      : `${JSON.stringify(value, undefined, isPretty(call) ? 2 : 0)}\n`;
  // Only clients that ask for the whole of discovery look for the conversion in the type of the answer.
  const conversion =
    as?.group === 'apidiscovery.k8s.io' ? `;g=${as.group};v=${as.version};as=${as.kind}` : '';
  send(call, code, `application/${format}${conversion}`, text);
}

export function answerText(call: Call, code: number, text: string): void {
  send(call, code, 'text/plain; charset=utf-8', text);
}

export function answerError(call: Call, error: unknown): void {
  const status = asStatusError(error);
  if (call.response.headersSent) {
    call.response.destroy();
    return;
  }
  if (status.code === 401) call.response.setHeader('WWW-Authenticate', 'Bearer');
  const retry = status.details?.retryAfterSeconds;
  if (retry !== undefined) call.response.setHeader('Retry-After', String(retry));
  answer(call, status.code, statusOf(status));
}

function send(call: Call, code: number, type: string, text: string): void {
  const { response } = call;
  const body = Buffer.from(text);
  const warnings = [...call.warnings].map((warning) => `299 - ${quote(warning)}`);
  if (warnings.length > 0) response.setHeader('Warning', warnings);
  response.writeHead(code, {
    'Content-Type': type,
    'Content-Length': body.length,
    'Cache-Control': 'no-cache, private',
  });
  response.end(call.method === 'HEAD' ? undefined : body);
}

/** A quoted string of RFC 7230; characters that no header may carry are left out. */
function quote(text: string): string {
  const plain = Buffer.from(text.replace(/[\r\n\t]+/g, ' '), 'utf8').toString('latin1');
  return `"${plain.replace(/["\\]/g, '\\$&')}"`;
}

function isPretty({ query, request }: Call): boolean {
  const asked = query.get('pretty');
  if (asked !== null) return !['0', 'false', 'f'].includes(asked);
  return /^(curl|Wget|Mozilla)\//.test(request.headers['user-agent'] ?? '');
}
