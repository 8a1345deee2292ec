import type { LogFields, LogPolicy, LogRecord } from './types.ts';

/** What lines of one decision state, with the first and the last of them. */
interface Stated {
  readonly first: number;
  readonly last: number;
  readonly dialect: string;
  readonly decision: LogRecord['decision'];
  readonly fields: LogFields;
}

/** The record: of what is stated, and without ends and policies of which nothing is. */
export function recordOf({ first, last, dialect, decision, fields }: Stated): LogRecord {
  const record: Mutable<LogRecord> = { lines: [first, last], dialect, decision };
  const { time, protocol, direction, method, path, status, reason } = fields;
  if (time !== undefined) record.time = withColon(time);
  const source = fields.source && endOf(fields.source);
  if (source !== undefined) record.source = source;
  const destination = fields.destination && endOf(fields.destination);
  if (destination !== undefined) record.destination = destination;
  if (protocol !== undefined) record.protocol = protocol;
  if (direction !== undefined) record.direction = direction;
  const policy = fields.policy && policyOf(fields.policy);
  if (policy !== undefined) record.policy = policy;
  if (method !== undefined) record.method = method;
  if (path !== undefined) record.path = path;
  if (status !== undefined) record.status = status;
  if (reason !== undefined) record.reason = reason;
  return record;
}

const plus = 43;
const minus = 45;
const timeWithOffset = /T\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d{4}$/;

/** The time with its offset as ISO 8601 wants it beside colons: journald and Suricata write `+0100`. */
function withColon(time: string): string {
  const sign = time.charCodeAt(time.length - 5);
  const offset = (sign === plus || sign === minus) && timeWithOffset.test(time);
  return offset ? `${time.slice(0, -2)}:${time.slice(-2)}` : time;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

// Every record passes here. Written out, this is many times quicker than a loop over keys.
function endOf(end: Destination): Destination | undefined {
  const { ip, port, namespace, pod, workload, principal, service } = end;
  const stated: Mutable<Destination> = {};
  let some = false;
  if (ip !== undefined) {
    stated.ip = ip;
    some = true;
  }
  if (port !== undefined) {
    stated.port = port;
    some = true;
  }
  if (namespace !== undefined) {
    stated.namespace = namespace;
    some = true;
  }
  if (pod !== undefined) {
    stated.pod = pod;
    some = true;
  }
  if (workload !== undefined) {
    stated.workload = workload;
    some = true;
  }
  if (principal !== undefined) {
    stated.principal = principal;
    some = true;
  }
  if (service !== undefined) {
    stated.service = service;
    some = true;
  }
  return some ? stated : undefined;
}

type Destination = NonNullable<LogFields['destination']>;

function policyOf({ kind, namespace, name, rule }: LogPolicy): LogPolicy | undefined {
  if (kind === undefined && namespace === undefined && name === undefined && rule === undefined)
    return undefined;
  const policy: Mutable<LogPolicy> = {};
  if (kind !== undefined) policy.kind = kind;
  if (namespace !== undefined) policy.namespace = namespace;
  if (name !== undefined) policy.name = name;
  if (rule !== undefined) policy.rule = rule;
  return policy;
}
