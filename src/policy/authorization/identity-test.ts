import { quoteRegex, readTextTest, type TextTest } from './text-test.ts';

const scheme = 'spiffe://';

/** `principals`: `spiffe://` is put before the value, so a value that has it already never matches. */
export function principalTest(value: string): TextTest {
  const test = readTextTest(value, 'something');
  if (value === '*') return { pattern: { form: 'presence', text: '' }, matches: () => true };
  return test;
}

/**
 * `namespaces`: `/ns/VALUE/` somewhere in the identity, every star in the value standing for any characters.
 * Source: istio pilot/pkg/security/authz/model/generator.go.
 */
export function namespaceTest(value: string): TextTest {
  const pieces = `/ns/${value}/`.split('*');
  const text = `.*${pieces.map(quoteRegex).join('.*')}.*`;
  return { pattern: { form: 'regex', text }, matches: (identity) => holdsInOrder(scheme + identity, pieces) };
}

/** True where the text holds all pieces one behind the other; linear, where a regular expression with many `.*` is not. */
function holdsInOrder(text: string, pieces: readonly string[]): boolean {
  let from = 0;
  for (const piece of pieces) {
    const at = text.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return true;
}

/** `serviceAccounts`: `NS/SA`, or `SA` in the namespace of the policy. The trust domain does not matter. */
export function serviceAccountTest(value: string, policyNamespace: string): TextTest {
  const slash = value.indexOf('/');
  const namespace = slash < 0 ? policyNamespace : value.slice(0, slash);
  const account = value.slice(slash + 1);
  return identityRegex(`${scheme}.+/ns/${quoteRegex(namespace)}/(.+/|)sa/${quoteRegex(account)}(/.+)?`);
}

/** `trustDomains`: exact, or with one star at its start or end that stands for anything but a slash. */
export function trustDomainTest(value: string): TextTest {
  if (value === '*') return { pattern: { form: 'presence', text: '' }, matches: () => true };
  if (!value.includes('*')) {
    return {
      pattern: { form: 'prefix', text: `${value}/` },
      matches: (text) => text.startsWith(`${value}/`),
    };
  }
  return identityRegex(`${scheme}${value.split('*').map(quoteRegex).join('[^/]*')}/.*`);
}

/** A regular expression over the whole SPIFFE URI, as a test of the identity without its scheme. */
function identityRegex(source: string): TextTest {
  const expression = new RegExp(`^(?:${source})$`);
  const text = source.startsWith(scheme) ? source.slice(scheme.length) : source;
  return { pattern: { form: 'regex', text }, matches: (identity) => expression.test(scheme + identity) };
}
