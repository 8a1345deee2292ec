import type { Mesh } from '../../model/index.ts';
import type { TextTest } from '../../policy/authorization/index.ts';
import { remember } from './remember.ts';
import { hostSlot, type Methods, methodSlot, pathSlot } from './request-line-slots.ts';
import type { Demand, Slot, View } from './slot.ts';
import { remembering } from './slot-memo.ts';

/** What the proxies of a mesh have in common: the slots of the request line, and the demands that conditions make. */
export interface SharedSlots {
  readonly path: Slot;
  readonly lines: Readonly<Record<Methods, { readonly method: Slot; readonly host: Slot }>>;
  /** The demand that one of the tests holds, and that none does; the same ones for the same key. */
  demands(key: string, tests: readonly TextTest[], view: View): DemandPair;
}

type ParsingMesh = Pick<Mesh, 'pathNormalization'>;

export interface DemandPair {
  readonly some: Demand;
  readonly none: Demand;
}

/** The slots that the proxies of a mesh share, so that the same question of a path is answered once in a mesh. */
export const sharedSlots: (mesh: ParsingMesh) => SharedSlots = remember((mesh: ParsingMesh): SharedSlots => {
  const known = new Map<string, DemandPair>();
  const usual = remembering(hostSlot('all but CONNECT'));
  const line = (methods: Methods, host: Slot) => ({ method: remembering(methodSlot(methods)), host });
  return {
    path: remembering(pathSlot(mesh.pathNormalization)),
    lines: {
      'all but CONNECT': line('all but CONNECT', usual),
      CONNECT: line('CONNECT', remembering(hostSlot('CONNECT'))),
      OPTIONS: line('OPTIONS', usual),
    },
    demands: (key, tests, view) => {
      const at = `${view} ${key}`;
      const pair = known.get(at) ?? {
        some: { tests, negated: false, view },
        none: { tests, negated: true, view },
      };
      known.set(at, pair);
      return pair;
    },
  };
});
