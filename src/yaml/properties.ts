import { classOf, isBlankOrBreak, NAME } from './characters.ts';
import { fault, type Scanner, Token, type TokenKind } from './scanner-state.ts';
import { endOfLine } from './whitespace.ts';

const YAML_HANDLE = 'tag:yaml.org,2002:';
const VERBATIM_TAG = /!<([\w\-;/?:@&=+$,.!~*'()[\]%]+)>/y;
const SHORT_TAG = /!(?:([\w-]*)!)?([\w\-;/?:@&=+$,.!~*'()[\]%]*)/y;
const DIRECTIVE =
  /^%(?:YAML[ \t]+\d{1,9}\.\d{1,9}|TAG[ \t]+!(?:[\w-]*!)?[ \t]+[\w\-;/?:@&=+$,.!~*'()[\]%]+)(?:[ \t]*$|[ \t]+#)/;

/** Scans `&name`. */
export function scanAnchor(s: Scanner): TokenKind {
  return scanName(s, 'anchor') ? Token.Anchor : Token.Fault;
}

/** Scans `*name`. */
export function scanAlias(s: Scanner): TokenKind {
  return scanName(s, 'alias') ? Token.Alias : Token.Fault;
}

/** A name of letters, digits, _ and -, with a blank, a line end or one of ``?:,]}%@` `` behind it. */
function scanName(s: Scanner, what: string): boolean {
  const text = s.text;
  const start = s.position + 1;
  let position = start;
  for (let code = text.charCodeAt(position); code < 256 && (classOf[code]! & NAME) !== 0; ) {
    code = text.charCodeAt(++position);
  }
  if (
    position === start ||
    !(isBlankOrBreak(text.charCodeAt(position)) || '?:,]}%@`'.includes(text[position]!))
  ) {
    const sign = what === 'anchor' ? '&' : '*';
    fault(
      s,
      'syntax',
      s.position,
      position + 1,
      `\`${sign}\` begins an ${what}, whose name is letters, digits, _ and - only.`,
      'Put the value in quotes if it is meant as text.',
    );
    return false;
  }
  s.value = text.slice(start, position);
  s.position = position;
  s.tokenEnd = position;
  return true;
}

/** Scans a tag up to its blank; `value` becomes the full tag: `!!str` is `tag:yaml.org,2002:str`. */
export function scanTag(s: Scanner): TokenKind {
  const text = s.text;
  const start = s.position;
  VERBATIM_TAG.lastIndex = start;
  SHORT_TAG.lastIndex = start;
  const verbatim = VERBATIM_TAG.exec(text);
  const short = verbatim === null ? SHORT_TAG.exec(text)! : null;
  const end = start + (verbatim ?? short!)[0].length;
  s.position = end;
  s.tokenEnd = end;
  const handle = short?.[1];
  const suffix = unescapeUri(verbatim?.[1] ?? short?.[2] ?? '');
  if (
    suffix === undefined ||
    !isBlankOrBreak(text.charCodeAt(end)) ||
    (handle !== undefined && suffix === '')
  ) {
    return fault(
      s,
      'syntax',
      start,
      end,
      '`!` begins a tag, which ends at a blank and holds no other signs than a URI.',
      'Put the value in quotes if it is meant as text.',
    );
  }
  if (handle !== undefined && handle !== '' && !s.trailing) {
    return fault(
      s,
      'syntax',
      start,
      end,
      `The tag handle \`!${handle}!\` is not declared.`,
      'kubectl cuts the text at `---`, so that no %TAG line can declare it: remove the tag.',
    );
  }
  s.value = verbatim !== null ? suffix : handle === '' ? YAML_HANDLE + suffix : `!${suffix}`;
  return Token.Tag;
}

function unescapeUri(uri: string): string | undefined {
  if (!uri.includes('%')) return uri;
  try {
    return decodeURIComponent(uri);
  } catch {
    return undefined;
  }
}

/** A `%` line. Its form is checked; the parser decides where one may stand. */
export function scanDirective(s: Scanner): TokenKind {
  const start = s.position;
  const end = endOfLine(s.text, start);
  s.position = end;
  s.tokenEnd = end;
  if (DIRECTIVE.test(s.text.slice(start, end))) return Token.Directive;
  return fault(
    s,
    'directive',
    start,
    end,
    'A line that begins with `%` is a directive, and this is none that YAML knows.',
    'Quote or indent the text if it is meant as a value.',
  );
}
