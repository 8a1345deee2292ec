import { boolean, map, oneOf, type Reader, type Reading, record, text } from '../manifest/index.ts';
import { type FieldPath, tokenWords } from '../model/index.ts';
import { toJson, type YamlNode } from '../yaml/index.ts';
import { oneOrMore, port } from './field-readers.ts';
import type { QuestionWords } from './types.ts';

const anyText = text('a string', /^/);

const fields = record({
  port,
  protocol: oneOf('TCP', 'UDP', 'SCTP'),
  method: text(),
  path: text(),
  host: text(),
  headers: map(/^[!#$%&'*+.^_`|~\w-]+$/, 'the name of a header', oneOrMore(anyText)),
  claims: readClaims,
  jwt: oneOf(...tokenWords),
  sni: text(),
  principal: text(),
  direct: boolean,
  open: boolean,
});

/** The `request` of a case: what is sent, with the fields that `portcullis check` has as flags; headers and claims are mappings. */
export const questionWords: Reader<QuestionWords> = (node, path, reading) => {
  const values = fields(node, path, reading);
  if (values === undefined) return undefined;
  const { port: number, headers, claims, ...rest } = values;
  return {
    ...rest,
    ...(number === undefined ? {} : { port: String(number) }),
    ...(headers === undefined ? {} : { header: headerWords(headers) }),
    ...(claims === undefined ? {} : { claim: claims }),
  };
};

function headerWords(headers: ReadonlyMap<string, readonly string[]>): string[] {
  return [...headers].flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
}

/** Claims as `--claim` takes them: `[name]=JSON`; `iss` and `sub` are texts. */
function readClaims(node: YamlNode, path: FieldPath, reading: Reading): readonly string[] | undefined {
  const claims = map(/^[^\]]+$/, 'the name of a claim', claimWords)(node, path, reading);
  return claims === undefined ? undefined : [...claims.values()];
}

function claimWords(node: YamlNode, path: FieldPath, reading: Reading): string | undefined {
  const name = String(path.at(-1));
  if (name === 'iss' || name === 'sub') {
    const value = anyText(node, path, reading);
    return value === undefined ? undefined : `${name}=${value}`;
  }
  return `${/^\w+$/.test(name) ? name : `[${name}]`}=${toJson(node)}`;
}
