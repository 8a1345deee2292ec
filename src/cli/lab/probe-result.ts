import { isProxyAnswer } from '../../lab/verify/index.ts';
import type { Symptom, Verdict } from '../../model/index.ts';
import type { PodRun } from './run-in-pod.ts';

/** What came of packets, and what the client saw, in words. */
export interface Seen {
  readonly outcome: 'allow' | 'deny';
  readonly seen: string;
  readonly symptom: Symptom | { readonly kind: 'no answer' };
}

/** Exit codes of curl. Source: curl(1). */
const curl = { connect: 7, timeout: 28, emptyReply: 52, receive: 56 } as const;

/** Reads what curl came to; its last line is the status. */
export function readCurl({ code, stdout, stderr }: PodRun, seconds: number): Seen {
  const newline = stdout.lastIndexOf('\n');
  const status = Number(stdout.slice(newline + 1));
  const body = stdout.slice(0, newline).trimEnd();
  if (code === curl.timeout) return noAnswer(seconds);
  if (code === curl.connect && /refused/.test(stderr)) return denied('connection refused');
  if (code === curl.emptyReply || code === curl.receive) return denied('connection reset');
  if (code !== 0) throw new Error(`curl in the pod ended with ${code}: ${stderr.trim()}`);
  const symptom = { kind: 'http', status, body } as const;
  const words = `HTTP ${status}${body === '' ? '' : `, ${JSON.stringify(body.slice(0, 80))}`}`;
  const isProxys = isProxyAnswer(body) || (status === 503 && body === '');
  return { outcome: isProxys ? 'deny' : 'allow', seen: words, symptom };
}

/**
 * Reads the word of `probeScript`. `opaque`: that it could connect says nothing yet, only what comes back does: behind a sidecar, which takes every connection, and with UDP, which has none.
 */
export function readScript({ stdout, stderr }: PodRun, opaque: boolean): Seen {
  const word = stdout.trim().split('\n').at(-1) ?? '';
  switch (word) {
    case 'answered':
      return { outcome: 'allow', seen: 'answered', symptom: { kind: 'response' } };
    case 'silent':
      return opaque
        ? { outcome: 'deny', seen: 'sent, but nothing came back', symptom: { kind: 'no answer' } }
        : { outcome: 'allow', seen: 'connected', symptom: { kind: 'response' } };
    case 'closed':
      return opaque
        ? denied('connection reset')
        : { outcome: 'allow', seen: 'connected and closed', symptom: { kind: 'response' } };
    case 'refused':
      return denied('connection refused');
    case 'timeout':
      return denied('connect timeout');
    default:
      throw new Error(`the probe in the pod failed: ${word} ${stderr.trim()}`);
  }
}

function denied(kind: 'connection refused' | 'connection reset' | 'connect timeout'): Seen {
  return { outcome: 'deny', seen: kind, symptom: { kind } };
}

function noAnswer(seconds: number): Seen {
  return { outcome: 'deny', seen: `no answer within ${seconds} s`, symptom: { kind: 'no answer' } };
}

/** In what packets differ from a verdict, in words; none where they do not. `seconds` is how long was waited. */
export function packetDifferences(
  { outcome, symptom }: Pick<Verdict, 'outcome' | 'symptom'>,
  packets: Seen,
  seconds: number,
): readonly string[] {
  if (outcome === 'unknown') return [];
  if (outcome !== packets.outcome) return [`packets: the verdict is ${outcome}, but ${packets.seen}`];
  if (outcome === 'allow' || symptom === undefined) return [];
  const expected = waitsLonger(symptom, seconds) ? { kind: 'no answer' as const } : symptom;
  const got = packets.symptom;
  if (expected.kind === 'http' && got.kind === 'http') {
    const sameBody = expected.body === undefined || expected.body === got.body;
    if (expected.status === got.status && sameBody) return [];
  } else if (isSilence(expected.kind) ? isSilence(got.kind) : expected.kind === got.kind) return [];
  return [`packets: the caller should see ${describe(expected)}, but ${packets.seen}`];
}

/** A sidecar gives up on a dropped connection only after ten seconds, or thirty. */
function waitsLonger(symptom: Symptom, seconds: number): boolean {
  return symptom.kind === 'http' && (symptom.after ?? 0) >= seconds;
}

function isSilence(kind: Seen['symptom']['kind']): boolean {
  return kind === 'no answer' || kind === 'connect timeout';
}

function describe(symptom: Seen['symptom']): string {
  if (symptom.kind !== 'http') return symptom.kind;
  return `HTTP ${symptom.status}${symptom.body === undefined ? '' : ` ${JSON.stringify(symptom.body)}`}`;
}
