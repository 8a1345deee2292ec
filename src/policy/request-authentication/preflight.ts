import { and, type Fact, type HttpRequest, type Truth, unknown } from '../../model/index.ts';

/** Is the request a CORS preflight (OPTIONS with Origin and Access-Control-Request-Method)? Those pass a JWT filter unseen. */
export function isPreflight(http: HttpRequest, complete: boolean): Truth {
  const isOptions =
    http.method === undefined
      ? unknown({ kind: 'request', field: 'method', patterns: [{ form: 'exact', text: 'OPTIONS' }] })
      : http.method === 'OPTIONS';
  const headers = ['origin', 'access-control-request-method'].map((name) => hasHeader(http, name, complete));
  return headers.reduce<Truth>(and, isOptions);
}

function hasHeader(http: HttpRequest, name: string, complete: boolean): Truth {
  for (const [sent, value] of Object.entries(http.headers ?? {})) {
    if (sent.toLowerCase() === name) return [value].flat().some((text) => text.trim() !== '');
  }
  const fact: Fact = {
    kind: 'request',
    field: `header ${name}`,
    patterns: [{ form: 'presence', text: '' }],
  };
  return complete ? false : unknown(fact);
}
