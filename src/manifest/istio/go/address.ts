import { quote } from './quote.ts';

/** An address as far as its errors go: which family, and whether an IPv6 address has a zone. */
export type AddressCheck = { readonly family: 4 | 6; readonly zone: boolean } | { readonly error: string };

/** What Go's netip.ParseAddr says of a text: its family, or its error in words. */
export function checkAddress(text: string): AddressCheck {
  const mark = /[.:%]/.exec(text)?.[0];
  let problem: Problem | undefined;
  if (mark === undefined) problem = { message: 'unable to parse IP' };
  else if (mark === '%') problem = { message: 'missing IPv6 address' };
  else problem = mark === '.' ? checkIpv4(text) : checkIpv6(text);
  if (problem === undefined) return { family: mark === '.' ? 4 : 6, zone: text.includes('%') };
  const at = problem.at === undefined ? '' : ` (at ${quote(problem.at)})`;
  return { error: `ParseAddr(${quote(text)}): ${problem.message}${at}` };
}

/** The error of Go's netip.ParsePrefix in words; undefined where it reads the text. Host bits are no error. */
export function prefixError(text: string): string | undefined {
  const problem = checkPrefix(text);
  return problem === undefined ? undefined : `netip.ParsePrefix(${quote(text)}): ${problem}`;
}

function checkPrefix(text: string): string | undefined {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return "no '/'";
  const address = checkAddress(text.slice(0, slash));
  if ('error' in address) return address.error;
  if (address.zone) return 'IPv6 zones cannot be present in a prefix';
  const bits = text.slice(slash + 1);
  // A single digit may be signless only; "0" is fine, "08" is not.
  if (!/^(?:[0-9]|[1-9][0-9]+)$/.test(bits) || BigInt(bits) > maxInt) {
    return `bad bits after slash: ${quote(bits)}`;
  }
  return BigInt(bits) > (address.family === 4 ? 32n : 128n) ? 'prefix length out of range' : undefined;
}

const maxInt = 2n ** 63n - 1n;

interface Problem {
  readonly message: string;
  /** The rest of the text from the offending place on. */
  readonly at?: string;
}

function checkIpv4(text: string): Problem | undefined {
  let dots = 0;
  let digits = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (/[0-9]/.test(character)) {
      if (digits === '0') return { message: 'IPv4 field has octet with leading zero' };
      digits += character;
      if (Number(digits) > 255) return { message: 'IPv4 field has value >255' };
    } else if (character === '.') {
      if (digits === '' || i === text.length - 1) {
        return { message: 'IPv4 field must have at least one digit', at: text.slice(i) };
      }
      if (dots === 3) return { message: 'IPv4 address too long' };
      dots++;
      digits = '';
    } else return { message: 'unexpected character', at: text.slice(i) };
  }
  return dots < 3 ? { message: 'IPv4 address too short' } : undefined;
}

function checkIpv6(text: string): Problem | undefined {
  const percent = text.indexOf('%');
  if (percent === text.length - 1) return { message: 'zone must be a non-empty string' };
  let rest = percent < 0 ? text : text.slice(0, percent);
  let gap = false;
  if (rest.startsWith('::')) {
    gap = true;
    rest = rest.slice(2);
    if (rest === '') return undefined;
  }
  let groups = 0;
  while (groups < 8) {
    const digits = /^[0-9a-fA-F]*/.exec(rest)![0];
    if (digits.length > 4) return { message: 'each group must have 4 or less digits', at: rest };
    if (digits === '') {
      return { message: 'each colon-separated field must have at least one digit', at: rest };
    }
    if (rest[digits.length] === '.') {
      const problem = checkEmbedded(rest, groups, gap);
      if (problem !== undefined) return problem;
      groups += 2;
      rest = '';
      break;
    }
    groups++;
    rest = rest.slice(digits.length);
    if (rest === '') break;
    if (rest[0] !== ':') return { message: 'unexpected character, want colon', at: rest };
    if (rest.length === 1) return { message: 'colon must be followed by more characters', at: rest };
    rest = rest.slice(1);
    if (rest[0] === ':') {
      if (gap) return { message: 'multiple :: in address', at: rest };
      gap = true;
      rest = rest.slice(1);
      if (rest === '') break;
    }
  }
  if (rest !== '') return { message: 'trailing garbage after address', at: rest };
  if (groups < 8) return gap ? undefined : { message: 'address string too short' };
  return gap ? { message: 'the :: must expand to at least one field of zeros' } : undefined;
}

/** An IPv4 address at the end of an IPv6 one, after `groups` groups. */
function checkEmbedded(rest: string, groups: number, gap: boolean): Problem | undefined {
  if (!gap && groups !== 6) {
    return {
      message: 'embedded IPv4 address must replace the final 2 fields of the address',
      at: rest,
    };
  }
  if (groups > 6) {
    return {
      message: 'too many hex fields to fit an embedded IPv4 at the end of the address',
      at: rest,
    };
  }
  return checkIpv4(rest);
}
