const literal = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/;

/** True for a path that is a template: it has `{*}` or `{**}` in it. */
function isTemplate(path: string): boolean {
  return path.includes('{*}') || path.includes('{**}');
}

/** What the webhook says about a path of the field `field`; undefined where it takes it. Left to right, first problem only. */
export function pathProblem(field: string, path: string): string | undefined {
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  const prefix = `invalid or unsupported path ${trimmed}, found in ${field}. `;
  const template = isTemplate(path);
  let anySeen = false;
  for (const segment of trimmed.split('/')) {
    if (segment === '{*}' || segment === '{**}') {
      if (anySeen) return `${prefix}{**} is not the last operator`;
      anySeen = segment === '{**}';
    } else if (/[{}]/.test(segment)) {
      return `${prefix}Contains '{' or '}' beyond a supported path template`;
    } else if (template && !literal.test(segment)) {
      return `${prefix}Contains segment ${segment} with invalid string literal`;
    }
  }
  return undefined;
}

/** True where Envoy refuses a template that the webhook takes, and with it the whole listener: not one slash first, or two last. */
export function envoyRefuses(path: string): boolean {
  return isTemplate(path) && (!/^\/(?!\/)/.test(path) || path.endsWith('//'));
}
