import { quoteRegex, readTextTest, regexTest, type TextTest } from './text-test.ts';

/** Characters that a variable of a template takes. Observed: `=` and `*` too; brackets and what is not ASCII are no part. */
const variable = "[a-zA-Z0-9._~%!$&'()+,;:@=*-]";

/** `paths`: a template where the value holds `{*}` or `{**}`, else a string form. Held against the path without query and fragment. */
export function pathTest(value: string): TextTest {
  if (!value.includes('{*}') && !value.includes('{**}')) return readTextTest(value, 'something');
  return regexTest(templateSource(value));
}

/** `:path` without its query and fragment. */
export function pathOnly(path: string): string {
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

/** `{*}` is one or more characters of one segment, `{**}` any number of any segments. Source: envoy uri_template. */
function templateSource(template: string): string {
  return template.split('/').map(segmentSource).join('/');
}

function segmentSource(segment: string): string {
  if (segment === '{*}') return `${variable}+`;
  if (segment === '{**}') return `(?:${variable}|/)*`;
  return quoteRegex(segment);
}
