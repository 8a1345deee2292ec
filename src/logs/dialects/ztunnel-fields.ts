import type { LogEnd, LogFields, LogRecord, Reading } from '../types.ts';
import { addressOf, endOf, hideSecrets, principalOf, textOf } from '../values.ts';

/** Words of which one stands in every line of ztunnel that tells of a decision. */
export const ztunnelHints: readonly string[] = [
  'due to policy rejection',
  'due to policy change',
  'after a policy update',
  'http status: 401',
  'maybe a NetworkPolicy is blocking',
  'deny policy match',
  'allow policy match',
  'no allow policies',
];

type Value = (key: string) => unknown;

/** What a line of the access log means, given its `error` and its other values; undefined where nothing was refused. */
export function ztunnelAccess(error: string, value: Value, time: string | undefined): Reading | undefined {
  const decision = decisionOf(error);
  if (decision === undefined) return undefined;
  const direction = value('direction');
  const fields: LogFields = {
    time,
    source: sideOf('src', value, undefined),
    destination: sideOf('dst', value, textOf(value('dst.service'))),
    direction: direction === 'inbound' ? 'ingress' : direction === 'outbound' ? 'egress' : undefined,
    policy: policyOf(/explicitly denied by: (\S+)$/.exec(error)?.[1]),
    status: error.startsWith('http status: 401') ? 401 : undefined,
    reason: hideSecrets(error),
  };
  return { part: 'whole', decision, fields };
}

function decisionOf(error: string): LogRecord['decision'] | undefined {
  if (/^connection closed due to policy (?:rejection|change)|^http status: 401/.test(error)) return 'deny';
  // A guess of ztunnel's: nothing answered.
  return error.includes('maybe a NetworkPolicy is blocking') ? 'none' : undefined;
}

function keysFor(side: 'src' | 'dst'): {
  readonly tunnelled: string;
  readonly address: string;
  readonly namespace: string;
  readonly workload: string;
  readonly identity: string;
} {
  return {
    tunnelled: `${side}.hbone_addr`,
    address: `${side}.addr`,
    namespace: `${side}.namespace`,
    workload: `${side}.workload`,
    identity: `${side}.identity`,
  };
}

const keysOf = { src: keysFor('src'), dst: keysFor('dst') };

/** The port of a tunnel is no port of the workload: where the inner address is stated, it counts. */
function sideOf(side: 'src' | 'dst', value: Value, service: string | undefined): LogEnd {
  const keys = keysOf[side];
  const address = addressOf(value(keys.tunnelled) ?? value(keys.address));
  return endOf(address?.ip, address?.port, {
    namespace: textOf(value(keys.namespace)),
    pod: textOf(value(keys.workload)),
    principal: principalOf(value(keys.identity)),
    service,
  });
}

/** What the spans around a step of the decision state: whose proxy it is, and who connects. */
export interface ZtunnelSpans {
  /** `NAMESPACE/POD` */
  readonly workload: unknown;
  readonly peer: unknown;
  readonly inbound: boolean;
}

/** What a step of the decision means (`deny policy match`); dry runs decide nothing. */
export function ztunnelStep(
  message: string,
  policy: unknown,
  time: string | undefined,
  spans: ZtunnelSpans,
): Reading | undefined {
  const step =
    /^(dry-run: )?(deny policy match|allow policy match|no allow policies, allow|no allow policies match(?:ed)?)$/.exec(
      message,
    );
  if (step === null) return undefined;
  const allowed = step[2] === 'allow policy match' || step[2] === 'no allow policies, allow';
  const decision = step[1] !== undefined ? 'none' : allowed ? 'allow' : 'deny';
  const fields = { time, ...endsOfSpans(spans), policy: policyOf(policy), reason: message };
  return { part: 'whole', decision, fields };
}

/** Only of a connection that comes in is it plain which end is whose. */
function endsOfSpans({ workload, peer, inbound }: ZtunnelSpans): LogFields {
  if (!inbound) return {};
  const [namespace, pod, more] = (textOf(workload) ?? '').split('/');
  return {
    source: addressOf(peer),
    destination:
      pod === undefined || more !== undefined
        ? undefined
        : { namespace: textOf(namespace), pod: textOf(pod) },
    direction: 'ingress',
  };
}

/** What the end of an open connection means that a changed policy no longer allows. */
export function ztunnelClosed(message: string, time: string | undefined): Reading | undefined {
  const match =
    /connection ([^\s(]+)(?:\(([^)\s]*)\))?->([^\s(]+?)(?:\([^)]*\))? closed because it's no longer allowed/.exec(
      message,
    );
  if (match === null) return undefined;
  const principal = match[2]?.startsWith('spiffe://') ? principalOf(match[2]) : undefined;
  const fields: LogFields = {
    time,
    source: { ...addressOf(match[1]), principal },
    destination: addressOf(match[3]),
    reason: 'no longer allowed after a policy update',
  };
  return { part: 'whole', decision: 'deny', fields };
}

function policyOf(key: unknown): LogFields['policy'] {
  const [namespace, name, more] = (textOf(key) ?? '').split('/');
  return name === undefined || more !== undefined ? undefined : { namespace: textOf(namespace), name };
}
