// The API's rules for names and labels, with its own words (k8s.io/apimachinery/pkg/util/validation).

const subdomainPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const labelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const qualifiedPattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const valuePattern = `(${qualifiedPattern})?`;

const isSubdomain = whole(subdomainPattern);
const isDnsLabel = whole(labelPattern);
const isQualified = whole(qualifiedPattern);
const isValue = whole(valuePattern);

const alphanumeric =
  "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const subdomainText = withPattern(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomainPattern,
  'example.com',
);
const dnsLabelText = withPattern(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  labelPattern,
  'my-name',
  '123-abc',
);
const nameText = withPattern(`must ${alphanumeric}`, qualifiedPattern, 'MyName', 'my.name', '123-abc');
const valueText = withPattern(
  `a valid label must be an empty string or ${alphanumeric}`,
  valuePattern,
  'MyValue',
  'my_value',
  '12345',
);

/** What is wrong with a qualified name, the form of label and annotation keys; empty where nothing is. */
export function qualifiedNameErrors(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    return [
      `a valid label key ${nameText} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const errors: string[] = [];
  const name = parts.at(-1)!;
  const prefix = parts.length === 2 ? parts[0]! : undefined;
  if (prefix === '') errors.push('prefix part must be non-empty');
  else if (prefix !== undefined) {
    if (byteLength(prefix) > 253) errors.push('prefix part must be no more than 253 bytes');
    if (!isSubdomain.test(prefix)) errors.push(`prefix part ${subdomainText}`);
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (byteLength(name) > 63) errors.push('name part must be no more than 63 bytes');
  if (!isQualified.test(name)) errors.push(`name part ${nameText}`);
  return errors;
}

/** What is wrong with a label's value. */
export function labelValueErrors(value: string): string[] {
  const errors: string[] = [];
  if (byteLength(value) > 63) errors.push('must be no more than 63 bytes');
  if (!isValue.test(value)) errors.push(valueText);
  return errors;
}

/** What is wrong with the name of an object whose kind wants a DNS subdomain, as most do. */
export function subdomainErrors(name: string): string[] {
  const errors: string[] = [];
  if (byteLength(name) > 253) errors.push('must be no more than 253 characters');
  if (!isSubdomain.test(name)) errors.push(subdomainText);
  return errors;
}

/** What is wrong with a DNS label, the form of a namespace's name. */
export function dnsLabelErrors(name: string): string[] {
  const errors: string[] = [];
  if (byteLength(name) > 63) errors.push('must be no more than 63 characters');
  if (!isDnsLabel.test(name)) errors.push(isSubdomain.test(name) ? 'must not contain dots' : dnsLabelText);
  return errors;
}

/** What is wrong with the name of a port (IANA service name). */
export function portNameErrors(name: string): string[] {
  const errors: string[] = [];
  if (byteLength(name) > 15) errors.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name)) {
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) errors.push('must contain at least one letter (a-z)');
  if (name.includes('--')) errors.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

/** Go patterns have no `m` flag: `$` is the end of the text alone. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

function withPattern(message: string, pattern: string, ...examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Two UTF-16 units of a surrogate pair are four bytes; each unit counts two.
    if (code > 0x7f) length += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return length;
}
