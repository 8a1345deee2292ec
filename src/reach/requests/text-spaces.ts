import type { PathNormalization } from '../../model/index.ts';
import { normalizePath } from '../../policy/http/index.ts';
import type { TextSpace } from './find-text.ts';
import type { WalkSpace } from './walk-text.ts';

const letters = 'xyzwvutsrqponmlkjihgfedcba';
const filling = 'other';

/** Signs that neither stand for something in a path nor belong to a percent escape. */
const pathFillers = `${letters.slice(0, -6)}~_$!-`;

/** Signs of a request target; those that may stand in a path come first. */
const targetSigns = `${letters}${letters.toUpperCase()}0123456789-_~!$&'()*+,;:=@[]/.%"<>^\`{|}\\`;

/** The paths that rules can see behind a proxy: all that the mesh's normalization leaves as they are. */
export function pathSpace(setting: PathNormalization): TextSpace {
  return {
    accepts: (text) => isPath(text, setting),
    start: '/',
    usual: ['/'],
    // Merging leaves a path of slashes only with its first and its last one.
    odd: setting === 'NONE' || setting === 'BASE' ? [] : ['//'],
    filling,
    signs: pathFillers,
    reserved: '',
    walk: pathWalk(setting),
  };
}

/** Paths with or without a query, as the header `:path` holds them. */
export function targetSpace(setting: PathNormalization): TextSpace {
  const space = pathSpace(setting);
  const walk = space.walk;
  return {
    ...space,
    accepts: (text) => {
      const end = text.indexOf('?');
      return end < 0
        ? isPath(text, setting)
        : isPath(text.slice(0, end), setting) && /^[!-~]*$/.test(text) && !text.includes('#');
    },
    walk: {
      ...walk,
      signs: `${walk.signs}?`,
      special: new RegExp(`${walk.special.source}|[?]`, walk.special.flags),
      step: (before, sign) => {
        if (before === '?') return isTargetSign(sign) || sign === '?' ? '?' : undefined;
        if (sign === '?') return walk.ends(before) ? '?' : undefined;
        return walk.step(before, sign);
      },
      ends: (before) => before === '?' || walk.ends(before),
    },
  };
}

/** Any text. */
export const freeSpace: TextSpace = {
  accepts: () => true,
  start: '',
  usual: [],
  odd: [],
  filling,
  signs: `${letters}0123456789_-~!$%&§¤¶µøþðæß`,
  reserved: '',
  walk: {
    signs: `${targetSigns}?# `,
    special: /(?!)/,
    step: () => '',
    ends: () => true,
  },
};

/** Values of headers as they arrive, without white space around them. */
export const headerSpace: TextSpace = {
  ...freeSpace,
  accepts: (text) => !/^[ \t]|[ \t]$|[\0\r\n]/.test(text),
  walk: {
    ...freeSpace.walk,
    special: /[ \t\0\r\n]/,
    step: (before, sign) => {
      if (/[\0\r\n]/.test(sign)) return undefined;
      if (sign !== ' ' && sign !== '\t') return sign === '' ? '' : 'x';
      return before === '' ? undefined : ' ';
    },
    ends: (before) => before !== ' ',
  },
};

const authority = /^[A-Za-z0-9!$%&'()*+,.:;=@[\]_~-]+$/;

/** Hosts as a Host header may name them. */
export const hostSpace: TextSpace = { ...freeSpace, usual: ['example.com'] };

/** Hosts that can stand in a request target. */
export const targetHostSpace: TextSpace = {
  ...hostSpace,
  accepts: (text) => authority.test(text),
  walk: {
    ...hostSpace.walk,
    step: (_, sign) => (authority.test(sign) ? 'x' : undefined),
    ends: (before) => before !== '',
  },
};

function isPath(text: string, setting: PathNormalization): boolean {
  return /^\/[!-~]*$/.test(text) && !/[?#]/.test(text) && normalizePath(text, setting) === text;
}

function isTargetSign(sign: string): boolean {
  return /[!-~]/.test(sign) && sign !== '?' && sign !== '#';
}

/** Normalization leaves a path as it is that has no dot segment, no escape of a plain sign and no sign that is written as an escape. */
function pathWalk(setting: PathNormalization): WalkSpace {
  if (setting === 'NONE') {
    return {
      signs: targetSigns,
      special: /(?!)/,
      step: (_, sign) => (isTargetSign(sign) ? 'x' : undefined),
      ends: () => true,
    };
  }
  const merges = setting !== 'BASE';
  const escapes = setting === 'DECODE_AND_MERGE_SLASHES' ? /[A-Za-z0-9._~\\/\0-]/ : /[A-Za-z0-9._~\0-]/;
  return {
    signs: targetSigns,
    special: /[/.%0-9A-Fa-f]/,
    step: (before, sign) => {
      if (!isTargetSign(sign) || /["<>^`{|}\\]/.test(sign)) return undefined;
      if (before === '') return 'root';
      // Merging leaves a path of slashes only with its first and its last one.
      if (merges && before === 'root' && sign === '/') return '//';
      if (before === '//') return undefined;
      const last = before === 'root' ? '/' : before;
      if (sign === '/' && (last === '/.' || last === '/..' || (merges && last === '/'))) return undefined;
      if (/^%[0-9a-f]$/i.test(last) && /[0-9a-f]/i.test(sign)) {
        const byte = Number.parseInt(last.slice(1) + sign, 16);
        return escapes.test(String.fromCharCode(byte)) ? undefined : 'x';
      }
      return /(?:\/\.{0,2}|%[0-9a-f]?)$/i.exec(last + sign)?.[0] ?? 'x';
    },
    ends: (before) => before !== '/.' && before !== '/..',
  };
}
