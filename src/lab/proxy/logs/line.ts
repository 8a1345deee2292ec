import type { EnvoyLevel, Loggers } from '../../../istio/istioctl/index.ts';

/** Where in Envoy's source a message stands; Istio's log shows it. */
export interface Place {
  readonly logger: string;
  readonly file: string;
  readonly line: number;
}

/** The log of one proxy: Envoy's own lines in Istio's form, and the agent's. */
export interface ProxyLog {
  readonly loggers: Loggers;
  readonly isOn: (logger: string, level: EnvoyLevel) => boolean;
  /** A line of Envoy's log, if its logger is on at this level. A message of several lines makes several. */
  readonly envoy: (place: Place, level: EnvoyLevel, message: string, thread?: number) => void;
  /** A line of istio-agent. */
  readonly agent: (level: 'info' | 'warn' | 'error', scope: string | undefined, message: string) => void;
  /** An entry of the access log. */
  readonly access: (entry: string) => void;
}

/** Id of the thread on which Envoy's main dispatcher runs; those of its workers come behind it. */
const mainThread = 20;

/** Puts lines into Istio's form: `TIME TAB LEVEL TAB envoy LOGGER FILE:LINE TAB MESSAGE TAB thread=N`. */
export function createLog(loggers: Loggers, write: (line: string) => void): ProxyLog {
  return {
    loggers,
    isOn: loggers.isOn,
    envoy: ({ logger, file, line }, level, message, thread = mainThread) => {
      if (!loggers.isOn(logger, level)) return;
      const text = `${timestamp()}\t${level}\tenvoy ${logger} external/envoy/${file}:${line}\t${message}\tthread=${thread}`;
      for (const each of text.split('\n')) write(each);
    },
    agent: (level, scope, message) =>
      write([timestamp(), level, ...(scope === undefined ? [] : [scope]), message].join('\t')),
    access: write,
  };
}

/** Now, to the microsecond: `2026-01-02T03:04:05.678901Z`. */
export function timestamp(): string {
  const now = performance.timeOrigin + performance.now();
  const micros = Math.floor((now % 1) * 1000);
  return `${new Date(now).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
