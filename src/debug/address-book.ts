import type { LogEnd, LogRecord } from '../logs/index.ts';
import { isForwarded } from './evidence.ts';
import type { Claim } from './types.ts';

type Told = Pick<Claim, 'principal' | 'service'>;

/** What lines of a log state of addresses, for other lines that state less. */
export interface AddressBook {
  readonly learn: (record: LogRecord) => void;
  /** Undefined where no line states anything, or lines contradict each other: addresses are used again. */
  readonly told: (ip: string | undefined) => Told | undefined;
}

/** Of so many addresses something is remembered. */
const mostAddresses = 20_000;

/** Starts a book; what it holds is bounded. */
export function openAddressBook(): AddressBook {
  const principals = new Map<string, string | undefined>();
  const services = new Map<string, string | undefined>();
  return {
    learn: (record) => {
      const { source, destination } = record;
      // The certificate is that of who connects, whoever a header says has sent it.
      if (!isForwarded(record)) note(principals, source, source?.principal);
      note(principals, destination, destination?.principal);
      // Several Services may lead to one pod; then each line speaks for itself.
      note(services, destination, destination?.service);
    },
    told: (ip) => {
      if (ip === undefined) return undefined;
      const [principal, service] = [principals.get(ip), services.get(ip)];
      if (principal === undefined && service === undefined) return undefined;
      return {
        ...(principal === undefined ? {} : { principal }),
        ...(service === undefined ? {} : { service }),
      };
    },
  };
}

/** Notes what is stated of an end's address; two statements make none. */
function note(
  known: Map<string, string | undefined>,
  end: LogEnd | undefined,
  stated: string | undefined,
): void {
  const ip = end?.ip;
  if (ip === undefined || stated === undefined) return;
  if (!known.has(ip)) {
    if (known.size < mostAddresses) known.set(ip, stated);
  } else if (known.get(ip) !== stated) known.set(ip, undefined);
}
