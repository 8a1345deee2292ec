import type { LogEnd, LogRecord } from '../logs/index.ts';
import type { Denial } from './types.ts';

/** Joins the two denials that a proxy writes of one request: of its RBAC filter, and of its access log. */
export interface Pairing {
  /** Takes a denial and gives those that are certain by now. */
  readonly add: (denial: Denial) => readonly Denial[];
  /** Gives what is held back. */
  readonly release: () => readonly Denial[];
}

/** The access log is written when the request ends, at once for one that is denied; others' lines come between. */
const patience = 500;
const mostHeld = 1000;

/** Starts pairing; what it holds is bounded. */
export function pairDenials(): Pairing {
  let held: Denial[] = [];
  return {
    add: (denial) => {
      const { record } = denial;
      if (record.dialect === 'envoy-rbac' || record.dialect === 'envoy-local-reply') {
        held.push(denial);
        return held.length > mostHeld ? held.splice(0, 1) : [];
      }
      const late = held.findIndex((each) => !isLate(each, record));
      const ready = late < 0 ? held.splice(0) : held.splice(0, late);
      if (!record.dialect.startsWith('envoy-access')) {
        // In the order of the stream, but for what may still be joined.
        return [...ready, denial];
      }
      const partner = held.findIndex((each) => isSame(each, denial));
      if (partner < 0) return [...ready, denial];
      const [first] = held.splice(partner, 1);
      return [...ready, join(first!, denial)];
    },
    release: () => {
      const all = held;
      held = [];
      return all;
    },
  };
}

function isLate({ record }: Denial, { lines }: LogRecord): boolean {
  return lines[0] - record.lines[1] > patience;
}

/** The same policy, and nothing that one of them says otherwise. */
function isSame(before: Denial, after: Denial): boolean {
  const [a, b] = [before.record, after.record];
  return (
    before.stream?.pod === after.stream?.pod &&
    samePolicy(a, b) &&
    agrees(a.source, b.source) &&
    agrees(a.destination, b.destination) &&
    (a.path === undefined || b.path === undefined || a.path === b.path)
  );
}

/** In details the blanks of a name are underscores. */
function samePolicy({ policy: a }: LogRecord, { policy: b }: LogRecord): boolean {
  return (
    a?.namespace === b?.namespace &&
    a?.rule === b?.rule &&
    a?.name?.replace(/\s/g, '_') === b?.name?.replace(/\s/g, '_')
  );
}

/** Addresses that came by a header have no port. */
function agrees(a: LogEnd | undefined, b: LogEnd | undefined): boolean {
  if (a?.ip === undefined || b?.ip === undefined) return true;
  if (a.port === undefined || b.port === undefined) return true;
  return a.ip === b.ip && a.port === b.port;
}

function join({ record: first }: Denial, denial: Denial): Denial {
  const { record: second } = denial;
  const source = { ...second.source, ...first.source };
  const destination = { ...second.destination, ...first.destination };
  const record: LogRecord = {
    ...second,
    ...first,
    lines: [Math.min(first.lines[0], second.lines[0]), Math.max(first.lines[1], second.lines[1])],
    ...(Object.keys(source).length === 0 ? {} : { source }),
    ...(Object.keys(destination).length === 0 ? {} : { destination }),
  };
  return { ...denial, record };
}
