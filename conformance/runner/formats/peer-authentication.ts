import type { Labels, PeerAuthentication } from '../../../src/model/index.ts';
import { qualifiedName } from '../../../src/model/index.ts';
import {
  attachedPeerAuthentications,
  composeModes,
  effectiveMode,
  namespaceMode,
} from '../../../src/policy/peer-authentication/index.ts';
import { compared } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';
import { buildLeniently, readLeniently } from '../lenient.ts';

interface Workload {
  readonly namespace: string;
  readonly labels?: Labels | null;
}

interface AttachmentCase {
  readonly name: string;
  readonly workload: Workload;
  /** A list, or the name of one under `objectSets`. */
  readonly objects: string | readonly unknown[];
  readonly expect: readonly string[];
  readonly namespaceMode: string;
}

interface ComposeCase {
  readonly name: string;
  readonly rootNamespace: string;
  readonly objects: readonly unknown[];
  readonly expect: unknown;
}

interface RandomCase {
  readonly name: string;
  readonly workload: Workload;
  readonly objects: readonly unknown[];
  readonly expect: Readonly<Record<string, unknown>>;
}

interface File {
  readonly attachment?: readonly AttachmentCase[];
  readonly compose?: readonly ComposeCase[];
  readonly inbound8080?: readonly ComposeCase[];
  readonly random?: readonly RandomCase[];
  readonly objectSets?: Readonly<Record<string, readonly unknown[]>>;
}

/** Which PeerAuthentications a workload has and what mode they come to. */
export const peerAuthentication: Format = {
  name: 'PeerAuthentication modes',
  recognises: (data) => 'compose' in data || 'inbound8080' in data,
  *run(data) {
    const { attachment = [], compose = [], inbound8080 = [], random = [], objectSets = {} } = data as File;
    for (const one of attachment) {
      const { objects } = one;
      yield checkAttachment(one, typeof objects === 'string' ? (objectSets[objects] ?? []) : objects);
    }
    for (const one of compose) yield checkCompose(one);
    for (const one of inbound8080) yield checkInbound8080(one);
    for (const one of random) yield checkRandom(one);
  },
};

function checkAttachment(one: AttachmentCase, objects: readonly unknown[]): CaseResult {
  const cluster = buildLeniently(objects, { rootNamespace: 'istio-config' });
  const workload = workloadOf(one.workload);
  const got = {
    expect: attachedPeerAuthentications(cluster, workload).map(qualifiedName),
    namespaceMode: namespaceMode(cluster, workload.namespace),
  };
  const expected = { expect: one.expect, namespaceMode: one.namespaceMode };
  return compared(`attachment: ${one.name}`, expected, got);
}

function checkCompose({ name, rootNamespace, objects, expect }: ComposeCase): CaseResult {
  return compared(`compose: ${name}`, expect, modesOf(policiesOf(objects), rootNamespace));
}

function checkInbound8080({ name, rootNamespace, objects, expect }: ComposeCase): CaseResult {
  const { mode, ports } = composeModes(policiesOf(objects), rootNamespace);
  return compared(`inbound8080: ${name}`, expect, ports.get(8080)?.mode ?? mode);
}

function checkRandom({ name, workload: given, objects, expect }: RandomCase): CaseResult {
  const rootNamespace = 'istio-system';
  const cluster = buildLeniently(objects, { rootNamespace });
  const workload = workloadOf(given);
  const attached = attachedPeerAuthentications(cluster, workload);
  const modes = modesOf(attached, rootNamespace);
  const got = {
    attached: attached.map(qualifiedName),
    namespaceMode: namespaceMode(cluster, workload.namespace),
    ...modes,
  };
  for (const [port, mode] of Object.entries(modes.perPort)) {
    const asked = effectiveMode(cluster, workload, Number(port)).mode;
    if (asked !== mode) return { id: name, failure: `port ${port}: ${asked} by itself, ${mode} among all` };
  }
  return compared(name, expect, got);
}

function modesOf(
  policies: readonly PeerAuthentication[],
  rootNamespace: string,
): { mode: string; perPort: Record<string, string> } {
  const { mode, ports } = composeModes(policies, rootNamespace);
  return { mode, perPort: Object.fromEntries([...ports].map(([port, decision]) => [port, decision.mode])) };
}

function policiesOf(objects: readonly unknown[]): readonly PeerAuthentication[] {
  return readLeniently(objects).filter((object) => object.kind === 'PeerAuthentication');
}

function workloadOf({ namespace, labels }: Workload): { namespace: string; labels: Labels } {
  return { namespace, labels: labels ?? {} };
}
