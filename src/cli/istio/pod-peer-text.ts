import type { PodPeer } from '../../istio/components/index.ts';
import type { LabelSelector } from '../../model/index.ts';
import { usageError } from '../exit.ts';
import { readLabelSelector } from './label-selector-text.ts';

/** The label that the API server keeps at every namespace. */
const nameLabel = 'kubernetes.io/metadata.name';

const namespaceName = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Reads `NAMESPACES[:PODS]`: labels of namespaces, or the name of one, or `*` for all; behind a colon labels of pods. No label holds a colon. Throws a usage error;
 * `where` is what was written, with its flag.
 */
export function readPodPeer(text: string, where: string): PodPeer {
  const colon = text.indexOf(':');
  const namespaces = readNamespaces((colon < 0 ? text : text.slice(0, colon)).trim(), colon >= 0, where);
  const pods = colon < 0 ? '' : text.slice(colon + 1).trim();
  return pods === '' ? { namespaces } : { namespaces, pods: readLabelSelector(pods, where) };
}

function readNamespaces(text: string, hasColon: boolean, where: string): LabelSelector {
  if (text === '*') return {};
  if (namespaceName.test(text)) return { matchLabels: { [nameLabel]: text } };
  if (text === '') {
    throw usageError(`${where} names no namespaces`, [
      'write NAMESPACE, labels of namespaces, or * for all; labels of pods behind a colon: monitoring:app=prometheus',
    ]);
  }
  refuseSlash(text, hasColon, where);
  const parts = text.split(',');
  if (parts.length > 1 && parts.every((part) => namespaceName.test(part))) {
    throw usageError(`${where}: a comma between labels is AND, and no namespace has two names`, [
      `repeat the flag, or write ${nameLabel} in (${parts.join(', ')})`,
    ]);
  }
  return readLabelSelector(text, where);
}

/** `monitoring/app=prometheus` would be a label called monitoring/app, of namespaces. Prefixes of labels are DNS names, with a dot in all that are in use. */
function refuseSlash(text: string, hasColon: boolean, where: string): void {
  const [, before, after] = /^([a-z0-9-]+)\/(.+)$/.exec(text) ?? [];
  if (before === undefined || hasColon) return;
  throw usageError(`${where}: / does not part namespaces from pods`, [
    `write ${before}:${after} for pods in the namespace ${before}`,
    `write ${text}: where ${before}/… is the key of a label of namespaces`,
  ]);
}
