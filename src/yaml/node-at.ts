import { isBreak } from './characters.ts';
import { parseJsonValue } from './json.ts';
import type { YamlDocument, YamlNode } from './nodes.ts';
import { parseNode } from './parser.ts';
import { createParser, type Parser } from './parser-state.ts';

/** The text that a node stands in: a document, or as much of one as a later reading needs. */
type Surroundings = Pick<YamlDocument, 'text' | 'end' | 'format'>;

interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the node that stands from `start` to `end` once more, in its place: all offsets are those of the text. What is to be said
 * about it has been said. Undefined where it cannot be read without what stands before it (aliases, `[a: b]`).
 */
export function readNodeAt(surroundings: Surroundings, place: Place): YamlNode | undefined {
  return readAgain(createParser(), surroundings, place);
}

/**
 * Gives a function that makes nodes of the document whole: a thinned item of a list is read again, any other node given back as it is.
 */
export function createWholeReader(document: Surroundings): (node: YamlNode) => YamlNode {
  const parser = createParser();
  return (node) => {
    if (node.kind !== 'mapping' || node.thinned !== true) return node;
    const whole = readAgain(parser, document, node);
    if (whole === undefined) throw new Error(`the list item at offset ${node.start} cannot be read again`);
    return whole;
  };
}

function readAgain(p: Parser, { text, end, format }: Surroundings, place: Place): YamlNode | undefined {
  if (format === 'json') parseJsonValue(p, text, place.start);
  else {
    const whole = end > text.length ? `${text}\n` : text;
    parseNode(p, whole, startOfLine(text, place.start), place.start, end);
  }
  return p.root?.end === place.end ? p.root : undefined;
}

function startOfLine(text: string, position: number): number {
  let start = position;
  while (start > 0 && !isBreak(text.charCodeAt(start - 1))) start--;
  return start;
}
