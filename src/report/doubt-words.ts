import type { Doubt } from '../debug/index.ts';
import { describeObject, listNames } from '../model/index.ts';
import { policyWords } from './debug-words.ts';
import { describeReason } from './vocabulary.ts';

/** A likely reason of a disagreement: what it is and what speaks for it. */
export function doubtWords(doubt: Doubt): string {
  switch (doubt.kind) {
    case 'stale manifest': {
      const { policy, object, before } = doubt;
      if (object !== undefined)
        return `the manifests are not what the cluster has: the log names ${describeObject(object)}, which as it is written here does not deny this; or the log is older than your last edit of it`;
      if (policy !== undefined)
        return `the manifests are not what the cluster has: the log names ${policyWords(policy)}, which is not in them`;
      if (before !== undefined)
        return `the manifests are not what the cluster has: by them it is denied before the proxy sees it (${describeReason(before)})`;
      return 'the manifests are not what the cluster has, or had at the time of the log: it may be older than your last edit';
    }
    case 'plaintext':
      return `the client sends plaintext, so that it has no identity: the log shows none, and then it is denied (${describeReason(doubt.step)})`;
    case 'address': {
      const then =
        doubt.step === undefined ? '' : `; from that address it is denied (${describeReason(doubt.step)})`;
      return `${doubt.address} may not be the client: NAT, a gateway or a load balancer may stand between${then}`;
    }
    case 'other policies': {
      const { objects, named, plugin } = doubt;
      if (named !== undefined)
        return `another policy layer: the log names a ${named}, a kind that is not read`;
      if (objects.length > 0)
        return `another policy layer: ${listNames(objects.map(describeObject))} ${objects.length === 1 ? 'is' : 'are'} in the manifests, of a kind that is not read`;
      if (plugin !== undefined) return `another policy layer: ${plugin} has policies of kinds of its own`;
      return "another policy layer: the network plugin's own policies, a firewall or a cloud's security groups";
    }
    case 'Service port': {
      const then = doubt.step === undefined ? '' : `, and there it is denied (${describeReason(doubt.step)})`;
      return `port ${doubt.port} is that of ${describeObject(doubt.service)}, which leads to port ${doubt.targetPort}${then}`;
    }
    case 'reply':
      return doubt.step === undefined
        ? 'the line is of an answer, whose connection the manifests allow: the plugin had forgotten the connection'
        : `the line is of an answer: the connection itself is denied (${describeReason(doubt.step)})`;
    case 'request':
      return 'what the log does not state of the request decides';
  }
}
