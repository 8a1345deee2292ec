import type { Finding } from './finding.ts';
import { parseBool, quote } from './go/index.ts';
import { isObject } from './proto.ts';

const dryRun = 'istio.io/dry-run';
const alwaysReject = 'internal.istio.io/webhook-always-reject';
const reserved = ['internal.istio.io/parent-namespace', 'internal.istio.io/parents'];

/** Names and annotations, as far as the webhook looks at them. */
export interface WebhookMeta {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** Reads the metadata of an object (parsed JSON); what is not text is absent. */
export function readMeta(json: unknown): WebhookMeta {
  const meta = isObject(json) ? json : {};
  const textAt = (field: string) => (typeof meta[field] === 'string' ? meta[field] : '');
  const annotations = isObject(meta.annotations) ? meta.annotations : {};
  return { name: textAt('name'), namespace: textAt('namespace'), annotations };
}

/** What the webhook says about annotations; it looks no further where it says something. `action` is that of an AuthorizationPolicy. */
export function checkAnnotations(meta: WebhookMeta, action: string | undefined): Finding | undefined {
  const { annotations } = meta;
  const dryRunProblem = Object.hasOwn(annotations, dryRun)
    ? checkDryRun(meta, String(annotations[dryRun]), action)
    : undefined;
  if (dryRunProblem !== undefined) return finding(dryRun, dryRunProblem);
  if (Object.hasOwn(annotations, alwaysReject)) {
    return finding(alwaysReject, `${quote(alwaysReject)} annotation found, rejecting`);
  }
  const taken = reserved.find((name) => Object.hasOwn(annotations, name));
  if (taken === undefined) return undefined;
  return finding(taken, `${quote(taken)} annotation found, this may not be set by users`);
}

function checkDryRun(meta: WebhookMeta, value: string, action: string | undefined): string | undefined {
  const object = `${meta.namespace}/${meta.name}`;
  if (action === undefined) {
    return `${object} has unsupported annotation ${dryRun}, please remove the annotation`;
  }
  if (action !== 'ALLOW' && action !== 'DENY') {
    return `the annotation ${dryRun} currently only supports action ALLOW/DENY, found action ${action} in ${object}`;
  }
  if (parseBool(value) !== undefined) return undefined;
  const error = `strconv.ParseBool: parsing ${quote(value)}: invalid syntax`;
  return `${object} has annotation ${dryRun} with invalid value (${value}): ${error}`;
}

function finding(annotation: string, message: string): Finding {
  return { code: 'PC2204', path: ['metadata', 'annotations', annotation], message };
}
