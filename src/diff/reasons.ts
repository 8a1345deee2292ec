import type { KindedObject, Reason } from '../model/index.ts';
import { idOf } from './object-id.ts';
import type { Change } from './types.ts';

/** Does a policy of the sender have a say in it? */
export function turnsOnEgress({ witnesses }: Change): boolean {
  return witnesses.some(({ turns }) =>
    turns.some(({ before, after }) => (before ?? after)!.layer === 'egress policy'),
  );
}

/** Of the objects that decide, those that changed are the reason; where none of them did, all are. */
export function reasonsOf({ kind, witnesses }: Change, changed: ReadonlySet<KindedObject>): string {
  const turns = witnesses.flatMap(({ effect, turns: own }) =>
    own.map(({ before, after }) => {
      const told = [before, after].flatMap((step) => (step === undefined ? [] : objectsIn(step.because)));
      const moved = told.filter((object) => changed.has(object));
      const objects = [...new Set(moved.length === 0 ? told : moved)].map(idOf).sort();
      return [effect, (before ?? after)!.layer, (before ?? after)!.filter ?? '', ...objects].join(' ');
    }),
  );
  return [kind, ...turns].join('\n');
}

/** The policies that a reason names. */
export function objectsIn(reason: Reason): readonly KindedObject[] {
  switch (reason.kind) {
    case 'matched rule':
    case 'authorizer':
    case 'bad authorizer':
      return [reason.rule.policy];
    case 'isolated, nothing matched':
      return reason.policies;
    case 'tls':
      return [reason.decidedBy, reason.client].flatMap((rule) => rule?.policy ?? []);
    case 'token':
      return reason.rule === undefined ? [] : [reason.rule.policy];
    case 'not in mesh':
      return reason.policies ?? [];
    default:
      return [];
  }
}
