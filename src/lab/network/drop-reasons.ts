import { type Direction, describeObject, type KindedObject } from '../../model/index.ts';
import type { DroppedPacket } from './types.ts';

/** Why packets are dropped: what a rule that drops tells the log. */
export type DropReason = Pick<DroppedPacket, 'direction' | 'policies' | 'rule'>;

/** The group of NFLOG that dropped packets go to; kube-router's, so that `tcpdump -i nflog:100` is as people know it. */
export const logGroup = 100;

/** How much of a packet is kept, in bytes: its headers, whatever they are. */
export const keptBytes = 128;

const prefix = 'portcullis ';

/** Numbers for reasons. A number stays, so that a packet that was dropped by a rule of a moment ago is still understood. */
export interface DropReasons {
  /** The statement that logs a packet for a reason. */
  log(reason: DropReason): string;
  /** Finds the reason by the prefix that came with a packet. */
  find(text: string): DropReason | undefined;
}

/** `logs` false: this kernel has no NFLOG, and nothing is logged. */
export function dropReasons(logs: boolean): DropReasons {
  const numbers = new Map<string, number>();
  const reasons: DropReason[] = [];
  return {
    log(reason) {
      if (!logs) return '';
      const key = JSON.stringify(reason);
      let number = numbers.get(key);
      if (number === undefined) {
        number = reasons.push(reason) - 1;
        numbers.set(key, number);
      }
      return `log prefix "${prefix}${number}" group ${logGroup} snaplen ${keptBytes}`;
    },
    find: (text) => (text.startsWith(prefix) ? reasons[Number(text.slice(prefix.length))] : undefined),
  };
}

/** The reason of a rule that denies, or, without a rule, of policies that isolate a pod and allow nothing of this. */
export function reasonOf(direction: Direction, policies: readonly KindedObject[], rule?: number): DropReason {
  const named = policies.map(({ kind, metadata: { namespace, name } }) =>
    namespace === '' ? { kind, name } : { kind, namespace, name },
  );
  return { direction, policies: named, ...(rule === undefined ? {} : { rule }) };
}

/** `NetworkPolicy a/b ingress[0]`. */
export function describeRule(policy: KindedObject, direction: Direction, rule: number): string {
  return `${describeObject(policy)} ${direction}[${rule}]`;
}
