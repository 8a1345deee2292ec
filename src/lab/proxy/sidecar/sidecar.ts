import type { Http1Pool } from '../http/pool-h1.ts';
import type { Http2Pool } from '../http/pool-h2.ts';
import type { AccessEntry } from '../logs/access.ts';
import type { ProxyLog } from '../logs/line.ts';
import type { Turns } from '../outbound/choose.ts';
import type { KeySets } from '../tokens/key-sets.ts';
import type { ProxyContext } from '../types.ts';
import type { Sessions } from './connect.ts';
import type { CredentialKeeper } from './credentials.ts';
import type { Picture } from './picture.ts';
import type { Stats } from './stats.ts';

/** One built-in sidecar, as its parts know it. */
export interface Sidecar {
  readonly context: ProxyContext;
  readonly log: ProxyLog;
  /** What it knows of the mesh right now. */
  readonly picture: () => Picture;
  readonly credentials: CredentialKeeper;
  readonly http1: Http1Pool;
  readonly http2: Http2Pool;
  /** TLS sessions with upstreams, to be resumed. */
  readonly sessions: Sessions;
  readonly keySets: KeySets;
  readonly stats: Stats;
  readonly started: Date;
  /** Whose turn it is among the endpoints of Services. */
  readonly turns: Turns;
  readonly logAccess: (entry: AccessEntry) => void;
  /** Numbers connections, as Envoy's log does. */
  readonly nextConnection: () => number;
  readonly isDraining: () => boolean;
}
