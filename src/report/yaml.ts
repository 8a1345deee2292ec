import type { JsonValue } from './json-value.ts';

/**
 * Writes a value as YAML in block style, with a line break at the end. Every text that a reader could take for something else (a number in any
 * notation, a boolean of YAML 1.1, null, a date, anything with an indicator) is written in double quotes, with JSON's escapes, which are YAML's.
 */
export function formatYaml(value: JsonValue): string {
  return `${blockLines(value, '').join('\n')}\n`;
}

function blockLines(value: JsonValue, indent: string): string[] {
  if (isSequence(value) && value.length > 0) {
    return value.flatMap((item) => {
      const lines = blockLines(item, `${indent}  `);
      return [`${indent}- ${lines[0]!.slice(indent.length + 2)}`, ...lines.slice(1)];
    });
  }
  const members = membersOf(value);
  if (members.length === 0) return [`${indent}${flowText(value)}`];
  return members.flatMap(([key, member]) => {
    const name = `${indent}${textOf(key)}:`;
    if (isEmpty(member)) return [`${name} ${flowText(member)}`];
    return [name, ...blockLines(member, isSequence(member) ? indent : `${indent}  `)];
  });
}

function membersOf(value: JsonValue): [string, JsonValue][] {
  if (typeof value !== 'object' || value === null || isSequence(value)) return [];
  return Object.entries(value).filter((member): member is [string, JsonValue] => member[1] !== undefined);
}

/** True for what stands on one line: scalars, `[]` and `{}`. */
function isEmpty(value: JsonValue): boolean {
  return isSequence(value) ? value.length === 0 : membersOf(value).length === 0;
}

function isSequence(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function flowText(value: JsonValue): string {
  if (typeof value === 'string') return textOf(value);
  if (typeof value !== 'object' || value === null) return String(value);
  return isSequence(value) ? '[]' : '{}';
}

/** Words that readers of YAML 1.1 or 1.2 take for a boolean or for null. */
const otherWords = /^(y|n|yes|no|on|off|true|false|null)$/i;

/** Plain only where nobody can read it as anything else: it starts with a letter and has no indicator but inside of words. */
function textOf(text: string): string {
  const plain = /^[A-Za-z_][\w./-]*( [A-Za-z_][\w./-]*)*$/.test(text) && !otherWords.test(text);
  return plain ? text : quoteText(text);
}

/** JSON's form; the characters that YAML does not let stand in a quoted text, or that are line breaks to it, are escaped too. */
function quoteText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
