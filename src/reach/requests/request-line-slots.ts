import type { PathNormalization } from '../../model/index.ts';
import { httpMethods } from '../../policy/http/index.ts';
import { findText } from './find-text.ts';
import { remember } from './remember.ts';
import { filling, matchesAny, type Slot, wishOf } from './slot.ts';
import type { WalkTest } from './text-machine.ts';
import { hostSpace, pathSpace, targetHostSpace, targetSpace } from './text-spaces.ts';

const usualMethods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
const methods: readonly string[] = [...new Set([...usualMethods, ...httpMethods])];

/** Methods that a witness may have; CONNECT needs another request line, and a CORS preflight is OPTIONS. */
export type Methods = 'all but CONNECT' | 'CONNECT' | 'OPTIONS';

/** Request method. */
export function methodSlot(which: Methods): Slot {
  const usable = which === 'all but CONNECT' ? methods.filter((method) => method !== 'CONNECT') : [which];
  return {
    fill: (demands) => {
      const found = usable.find((method) =>
        demands.every(({ tests, negated }) => matchesAny([method], tests) !== negated),
      );
      return found === undefined ? undefined : filling([found]);
    },
    write: (draft, { sent }) => {
      draft.method = sent[0]!;
      return true;
    },
  };
}

/** The path: in view 0 without its query, in view 1 (the header `:path`) with it. */
export function pathSlot(setting: PathNormalization): Slot {
  const paths = pathSpace(setting);
  const targets = targetSpace(setting);
  return {
    fill: (demands) => {
      if (!demands.some(({ view }) => view === 1)) {
        const path = findText(paths, wishOf(demands));
        return path === undefined ? undefined : filling([path]);
      }
      const cut = demands.map((demand) =>
        demand.view === 1 ? demand : { ...demand, tests: demand.tests.map(beforeQuery) },
      );
      const target = findText(targets, wishOf(cut));
      return target === undefined ? undefined : { seen: [[pathOf(target)], [target]], sent: [target] };
    },
    write: (draft, { sent }) => {
      draft.path = sent[0]!;
      return true;
    },
  };
}

/** The Host header; with CONNECT the host of the request target. */
export function hostSlot(which: Methods): Slot {
  const space = which === 'CONNECT' ? targetHostSpace : hostSpace;
  return {
    fill: (demands) => {
      const host = findText(space, wishOf(demands));
      return host === undefined ? undefined : filling([host]);
    },
    write: (draft, { sent }) => {
      draft.host = sent[0]!;
      return true;
    },
  };
}

const beforeQuery = remember(
  (test: WalkTest): WalkTest => ({
    pattern: test.pattern,
    matches: (target) => test.matches(pathOf(target)),
    until: '?',
  }),
);

function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end < 0 ? target : target.slice(0, end);
}
