import { formatAddress, type IpRange, type KindedObject, type Pattern } from '../../../model/index.ts';
import type { Condition, Question } from '../../../policy/authorization/index.ts';

/** A matcher as Envoy's configuration has it, in JSON with the names of the .proto. */
export type Matcher = Readonly<Record<string, unknown>>;

type TextQuestion = Extract<Question, { kind: 'text' }>;

/** Does a condition look at the connection's target or the request (a permission), or at who sends (a principal)? */
export function isPermission({ path, question }: Condition): boolean {
  if (path.includes('to')) return true;
  if (path.includes('from')) return false;
  if (question.kind === 'port') return true;
  if (question.kind === 'address') return question.input === 'destination address';
  return question.kind === 'text' && (question.input.kind === 'sni' || question.input.kind === 'metadata');
}

/** The matchers of a condition's values: any of them has to hold. Source: istio pilot/pkg/security/authz/model/generator.go. */
export function matchersOf(condition: Condition, policy: KindedObject): readonly Matcher[] {
  const { question, values } = condition;
  switch (question.kind) {
    case 'port':
      return question.ports.map((port) => ({ destination_port: port }));
    case 'address':
      return question.ranges.map((range) => ({ [addressFields[question.input]]: describeRange(range) }));
    case 'request principal':
      return question.tests.map(({ issuer, subject }) => ({
        and_ids: { ids: [claimMatcher(['iss'], issuer.pattern), claimMatcher(['sub'], subject.pattern)] },
      }));
    case 'text':
      return textMatchers(question, values, fieldOf(condition, policy));
  }
}

const addressFields = {
  'source address': 'direct_remote_ip',
  'remote address': 'remote_ip',
  'destination address': 'destination_ip',
} as const;

/** The name of the field, or the key of the `when`. */
function fieldOf({ path }: Condition, { spec }: KindedObject & { readonly spec?: unknown }): string {
  const [, , rule, part, index] = path;
  if (part !== 'when')
    return `${path.at(-1)}`.replace(/^not([A-Z])/, (_, letter: string) => letter.toLowerCase());
  const { rules } = spec as {
    readonly rules: readonly { readonly when: readonly { readonly key: string }[] }[];
  };
  return rules[Number(rule)]?.when[Number(index)]?.key ?? '';
}

function textMatchers(
  { input, tests }: TextQuestion,
  values: readonly string[],
  field: string,
): readonly Matcher[] {
  const patterns = tests.map(({ pattern }) => pattern);
  switch (input.kind) {
    case 'principal':
      return patterns.map((pattern) => ({
        authenticated: { principal_name: identityMatcher(pattern, field) },
      }));
    case 'sni':
      return patterns.map((pattern) => ({ requested_server_name: textMatcher(pattern) }));
    case 'host':
      return patterns.map((pattern) => headerMatcher(':authority', pattern));
    case 'method':
      return patterns.map((pattern) => headerMatcher(':method', pattern));
    case 'header':
      return patterns.map((pattern) => headerMatcher(input.name, pattern));
    case 'path':
      return values.map((value, i) => pathMatcher(value, patterns[i]!));
    case 'claim':
      return [listClaimMatcher(input.path, patterns)];
    case 'metadata':
      return [metadataMatcher(input.filter, input.key, values, patterns)];
  }
}

function identityMatcher(pattern: Pattern, field: string): Matcher {
  const { form, text } = pattern;
  if (form === 'presence') {
    return /trustDomain/i.test(field) ? { prefix: 'spiffe://' } : { safe_regex: { regex: '.+' } };
  }
  if (form === 'suffix') return { safe_regex: { regex: `spiffe://.*${quote(text)}` } };
  if (form === 'regex')
    return { safe_regex: { regex: /namespace/i.test(field) ? text : `spiffe://${text}` } };
  return { [form]: `spiffe://${text}` };
}

function textMatcher({ form, text, ignoreCase }: Pattern): Matcher {
  if (form === 'presence') return { safe_regex: { regex: '.+' } };
  if (form === 'regex') return { safe_regex: { regex: text } };
  return { [form]: text, ...(ignoreCase === true ? { ignore_case: true } : {}) };
}

function headerMatcher(name: string, pattern: Pattern): Matcher {
  if (pattern.form === 'presence') return { header: { name, present_match: true } };
  return { header: { name, string_match: textMatcher(pattern) } };
}

function pathMatcher(value: string, pattern: Pattern): Matcher {
  if (!/\{\*\*?\}/.test(value)) return { url_path: { path: textMatcher(pattern) } };
  const type = 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig';
  const template = value.replaceAll('{**}', '**').replaceAll('{*}', '*');
  return { uri_template: { name: 'uri-template', typed_config: { '@type': type, path_template: template } } };
}

const tokens = 'envoy.filters.http.jwt_authn';

function claimMatcher(path: readonly string[], pattern: Pattern): Matcher {
  const keys = ['payload', ...path].map((key) => ({ key }));
  return { metadata: { filter: tokens, path: keys, value: { string_match: textMatcher(pattern) } } };
}

/** A claim holds as a text, or as one of a list. */
function listClaimMatcher(path: readonly string[], patterns: readonly Pattern[]): Matcher {
  const keys = ['payload', ...path].map((key) => ({ key }));
  const each = patterns.map((pattern) => listOrText({ string_match: textMatcher(pattern) }));
  return { metadata: { filter: tokens, path: keys, value: anyOf(each) } };
}

function listOrText(match: Matcher): Matcher {
  return { or_match: { value_matchers: [{ list_match: { one_of: match } }, match] } };
}

function anyOf(values: readonly Matcher[]): Matcher {
  return values.length === 1 ? values[0]! : { or_match: { value_matchers: values } };
}

function metadataMatcher(
  filter: string,
  key: string,
  values: readonly string[],
  patterns: readonly Pattern[],
): Matcher {
  const each = patterns.map((pattern, i): Matcher => {
    const match = { string_match: textMatcher(pattern) };
    return /^\[.*\]$/s.test(values[i] ?? '') ? { list_match: { one_of: match } } : match;
  });
  return { metadata: { filter, path: [{ key }], value: anyOf(each) } };
}

function describeRange({ family, first, last }: IpRange): Matcher {
  const bits = last === first ? 0 : (last - first).toString(2).length;
  return {
    address_prefix: formatAddress({ family, value: first }),
    prefix_len: (family === 4 ? 32 : 128) - bits,
  };
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
