import { scanBlockScalar } from './block-scalar.ts';
import { isBlankOrBreak, isMarker } from './characters.ts';
import { findColon, findKeyAfterProperties } from './keys.ts';
import { scanPlain } from './plain-scalar.ts';
import { scanAlias, scanAnchor, scanDirective, scanTag } from './properties.ts';
import { scanDoubleQuoted, scanSingleQuoted } from './quoted-scalar.ts';
import { fault, MAX_DEPTH, type Scanner, Token, type TokenKind } from './scanner-state.ts';
import { skipToToken } from './whitespace.ts';

/**
 * The next token, with libyaml's rules for blocks, brackets and keys. A key is known as one when its scalar has been
 * scanned, because its colon must follow on the line: no token ever waits.
 */
export function nextToken(s: Scanner): TokenKind {
  if (s.held !== Token.Fault) return releaseHeld(s);
  skipToToken(s);
  s.keyPossible = s.keyAllowed;
  const position = s.position;
  const column = position - s.lineStart;
  s.tokenStart = position;
  s.tokenEnd = position;
  if (position >= s.end) return s.flow === 0 && s.indent >= 0 ? closeBlock(s) : Token.End;
  if (s.flow === 0 && column < s.indent) return closeBlock(s);
  s.tokenEnd = position + 1;
  const code = s.text.charCodeAt(position);
  if (column === 0 && (code === 45 || code === 46 || code === 37)) {
    const kind = columnZeroToken(s, code);
    if (kind !== undefined) return kind;
  }
  switch (code) {
    case 34: // "
    case 39: // '
      return scalarToken(s, code);
    case 45: // -
      return isBlankOrBreak(s.text.charCodeAt(position + 1)) ? entryToken(s) : scalarToken(s, code);
    case 63: // ?
      return s.flow > 0 || isBlankOrBreak(s.text.charCodeAt(position + 1))
        ? keyToken(s)
        : scalarToken(s, code);
    case 58: // :
      return s.flow > 0 || isBlankOrBreak(s.text.charCodeAt(position + 1))
        ? valueToken(s)
        : scalarToken(s, code);
    case 38: // &
    case 33: // !
    case 42: // *
      return propertyToken(s, code);
    case 91: // [
    case 123: // {
      return openBracket(s, code === 91 ? Token.FlowSequenceStart : Token.FlowMappingStart);
    case 93: // ]
    case 125: // }
      return closeBracket(s, code === 93 ? Token.FlowSequenceEnd : Token.FlowMappingEnd);
    case 44: // ,
      s.position = position + 1;
      s.keyAllowed = true;
      return Token.Comma;
    case 124: // |
    case 62: // >
      return s.flow === 0 ? scalarToken(s, code) : cannotStart(s);
    case 9: // tab
    case 37: // %
    case 64: // @
    case 96: // `
      return cannotStart(s);
    default:
      return scalarToken(s, code);
  }
}

function releaseHeld(s: Scanner): TokenKind {
  const kind = s.held;
  s.held = Token.Fault;
  return kind;
}

function closeBlock(s: Scanner): TokenKind {
  s.indent = s.indents.pop() ?? -1;
  return Token.BlockEnd;
}

/** Markers and directives end all open blocks. */
function columnZeroToken(s: Scanner, code: number): TokenKind | undefined {
  const marker = code !== 37 && isMarker(s.text, s.position);
  if (!marker && (code !== 37 || s.flow > 0)) return undefined;
  if (s.flow === 0 && s.indent >= 0) return closeBlock(s);
  s.keyAllowed = false;
  if (!marker) return scanDirective(s);
  s.position += 3;
  s.tokenEnd = s.position;
  return code === 45 ? Token.DocumentStart : Token.DocumentEnd;
}

/** Opens a block at `column` when it stands right of the block around it; `kind` is then held back behind the start. */
function openBlock(s: Scanner, column: number, start: TokenKind, kind: TokenKind): TokenKind {
  if (s.flow > 0 || s.indent >= column) return kind;
  if (s.indents.length >= MAX_DEPTH) return tooDeep(s);
  s.indents.push(s.indent);
  s.indent = column;
  s.held = kind;
  return start;
}

function entryToken(s: Scanner): TokenKind {
  if (s.flow === 0 && !s.keyAllowed) {
    return fault(
      s,
      'syntax',
      s.position,
      s.position + 1,
      'A list item cannot begin here, behind something else on its line.',
      'Begin the list on a line of its own, below its key; or quote the text if the dash belongs to it.',
    );
  }
  const column = s.position - s.lineStart;
  s.position++;
  s.keyAllowed = true;
  return openBlock(s, column, Token.BlockSequenceStart, Token.Entry);
}

function keyToken(s: Scanner): TokenKind {
  if (s.flow === 0 && !s.keyAllowed) {
    return fault(
      s,
      'syntax',
      s.position,
      s.position + 1,
      'A key (`? `) cannot begin here.',
      'Quote the text.',
    );
  }
  const column = s.position - s.lineStart;
  s.position++;
  s.keyAllowed = s.flow === 0;
  return openBlock(s, column, Token.BlockMappingStart, Token.Key);
}

function valueToken(s: Scanner): TokenKind {
  const column = s.position - s.lineStart;
  if (s.position === s.awaitedColon) {
    s.position++;
    s.awaitedColon = -1;
    s.keyAllowed = false;
    return Token.Value;
  }
  if (s.flow === 0 && !s.keyAllowed && !s.trailing) {
    return fault(
      s,
      'syntax',
      s.position,
      s.position + 1,
      'A second colon makes a key of what already is a value.',
      'Put the value in quotes if the colon belongs to it, or begin the map on the next line, further right.',
    );
  }
  s.position++;
  if (s.trailing) return Token.Value;
  s.keyAllowed = s.flow === 0;
  return openBlock(s, column, Token.BlockMappingStart, Token.Value);
}

/** A quoted, plain or block scalar: a key when a colon follows on its line, else a value. */
function scalarToken(s: Scanner, code: number): TokenKind {
  const keyAllowed = s.keyAllowed;
  const start = s.position;
  const lineStart = s.lineStart;
  s.keyAllowed = false;
  const kind = scanScalar(s, code);
  if (!keyAllowed || kind === Token.Fault || code === 124 || code === 62) return kind;
  const colon = s.lineStart === lineStart ? findColon(s, start) : -1;
  const column = start - lineStart;
  if (colon < 0) return s.flow === 0 && s.indent === column ? missingColon(s, start, s.tokenEnd) : kind;
  s.position = colon + 1;
  s.keyAllowed = false;
  return openBlock(s, column, Token.BlockMappingStart, Token.SimpleKey);
}

function scanScalar(s: Scanner, code: number): TokenKind {
  s.plain = false;
  if (code === 34) return scanDoubleQuoted(s);
  if (code === 39) return scanSingleQuoted(s);
  if ((code === 124 || code === 62) && s.flow === 0) return scanBlockScalar(s, code === 124);
  s.plain = true;
  return scanPlain(s);
}

/** An anchor, tag or alias; when a key begins with it, first the news of that. */
function propertyToken(s: Scanner, code: number): TokenKind {
  if (s.keyAllowed) {
    const start = s.position;
    const column = start - s.lineStart;
    const colon = findKeyAfterProperties(s, nextToken);
    s.keyAllowed = false;
    if (colon >= 0) {
      s.awaitedColon = colon;
      return openBlock(s, column, Token.BlockMappingStart, Token.Key);
    }
    if (s.flow === 0 && s.indent === column) return missingColon(s, start, start + 1);
  }
  if (code === 38) return scanAnchor(s);
  return code === 42 ? scanAlias(s) : scanTag(s);
}

function openBracket(s: Scanner, kind: TokenKind): TokenKind {
  const start = s.position;
  if (s.flow === 0 && s.keyAllowed && s.indent === start - s.lineStart)
    return missingColon(s, start, start + 1);
  if (s.flow >= MAX_DEPTH) return tooDeep(s);
  const afterProperty = s.propertyStart >= s.lineStart ? s.propertyStart : -1;
  s.bracketKeys.push(s.keyAllowed ? start : afterProperty);
  s.propertyStart = -1;
  s.flow++;
  s.position = start + 1;
  s.keyAllowed = true;
  return kind;
}

function closeBracket(s: Scanner, kind: TokenKind): TokenKind {
  if (s.flow > 0) s.flow--;
  const keyStart = s.bracketKeys.pop() ?? -1;
  s.position++;
  s.keyAllowed = false;
  if (keyStart < s.lineStart || s.trailing || findColon(s, keyStart) < 0) return kind;
  return fault(
    s,
    'invalid-key',
    keyStart,
    s.position,
    'A list or a map in brackets stands as a key; kubectl takes only scalars as keys.',
    'Quote it if it is text (a template expression, for example).',
  );
}

function missingColon(s: Scanner, start: number, end: number): TokenKind {
  return fault(
    s,
    'syntax',
    start,
    end,
    'A key is expected here, but no colon follows on its line.',
    'Write `key: value`. A value on a line of its own stands further right than its key.',
  );
}

function tooDeep(s: Scanner): TokenKind {
  const message = `More than ${MAX_DEPTH} levels of nesting.`;
  return fault(
    s,
    'too-deep',
    s.position,
    s.position + 1,
    message,
    'Flatten the value: kubectl reads no deeper one.',
  );
}

function cannotStart(s: Scanner): TokenKind {
  const character = s.text[s.position]!;
  if (character === '\t') {
    return fault(
      s,
      'tab-indentation',
      s.position,
      s.position + 1,
      'A tab stands where a line or an item begins; YAML takes only spaces there.',
      'Replace the tab by spaces.',
    );
  }
  return fault(
    s,
    'syntax',
    s.position,
    s.position + 1,
    `A value cannot begin with \`${character}\`.`,
    'Put the value in quotes.',
  );
}
