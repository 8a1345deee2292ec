import type { Cluster } from '../../cluster/index.ts';
import type { FieldPath, KindedObject } from '../../model/index.ts';
import type { FixAction } from './types.ts';

/** How wide a list of peers reaches, by what it names them by. The address of a pod is not its own for long. */
const reach = { workload: 0, address: 1, namespace: 2, podAddress: 3, anybody: 4 } as const;

/** Objects as they are written, and as they are read, which has the same names for what matters here. */
type Fields = { readonly [key: string]: unknown };

/**
 * How far edits reach by their own words, whoever is in the cluster today: 0 where each names the caller by identity or labels, and one workload that is called, and what is new
 * names the port; more for an address, a namespace, anybody, all ports, and a policy for a whole namespace.
 */
export function breadthOf(actions: readonly FixAction[], cluster: Cluster): number {
  return actions.reduce((sum, action) => sum + breadthOfOne(action, cluster), 0);
}

function breadthOfOne(action: FixAction, cluster: Cluster): number {
  // It only takes back what another action gives.
  if (action.kind === 'split rule') return 0;
  const { object, value } = action;
  const scope = isForWorkload(object) ? 0 : 1;
  if (action.kind === 'add policy') {
    const spec = specOf(object);
    const [rule] = [spec.rules, spec.ingress, spec.egress].flatMap((rules) => listOf(rules));
    return scope + (rule === undefined ? ofSettings(spec) : ofRule(fieldsOf(rule)));
  }
  const { path } = action;
  const rule = ruleAt(object, path);
  switch (action.kind) {
    case 'add rule':
      return scope + ofRule(fieldsOf(value));
    case 'add peer':
      return scope + ofPeer(value);
    case 'add port':
    case 'add operation':
      return scope + ofPeers(peersOf(rule));
    case 'set field':
      return scope + reach.anybody + (path.includes('portLevelMtls') ? 0 : 1);
    case 'add value':
    case 'exempt':
      return scope + ofValue(rule, path.at(-1), value);
    case 'remove value':
      return scope + ofValue(rule, path.at(-2), value);
    case 'remove rule':
      return scope + (path.length > 3 ? ofPeer(value) : ofPeers(peersOf(rule)));
  }

  function ofRule(added: Fields): number {
    return ofPeers(peersOf(added)) + ofPorts(added);
  }

  /** A value in a list: it names the caller, or the caller is whoever the rule is for. */
  function ofValue(around: Fields, list: FieldPath[number] | undefined, one: unknown): number {
    const field = String(list).replace(/^not([A-Z])/, (_, first: string) => first.toLowerCase());
    return /^(?:principals|serviceAccounts|namespaces|ipBlocks|remoteIpBlocks|values)$/.test(field)
      ? ofPeer({ source: { [field === 'values' ? 'principals' : field]: [one] } })
      : ofPeers(peersOf(around));
  }

  function ofPeers(peers: readonly unknown[]): number {
    return peers.length === 0 ? reach.anybody : Math.max(...peers.map(ofPeer));
  }

  function ofPeer(peer: unknown): number {
    const outer = fieldsOf(peer);
    const own = fieldsOf(outer.source ?? outer.pods ?? outer);
    const has = (...names: readonly string[]): boolean => names.some((name) => listOf(own[name]).length > 0);
    if (has('principals', 'serviceAccounts', 'requestPrincipals') || isSelective(own.podSelector))
      return reach.workload;
    const addresses = [own.ipBlocks, own.remoteIpBlocks, own.networks].flatMap(listOf);
    const all = [...addresses, fieldsOf(own.ipBlock).cidr].filter((each) => typeof each === 'string');
    if (all.length > 0) return all.some(isOfPod) ? reach.podAddress : reach.address;
    const isNamespace =
      has('namespaces') || isSelective(own.namespaceSelector) || isSelective(own.namespaces);
    return isNamespace || own.podSelector !== undefined ? reach.namespace : reach.anybody;
  }

  function isOfPod(block: string): boolean {
    return cluster.podsByAddress.has(block.replace(/\/(?:32|128)$/, ''));
  }
}

/** Settings of TLS look at no caller. */
function ofSettings({ portLevel }: Fields): number {
  return reach.anybody + (portLevel instanceof Map && portLevel.size > 0 ? 0 : 1);
}

/** 0 where a new rule names ports, in whichever way. */
function ofPorts(rule: Fields): number {
  const operations = listOf(rule.to).map((each) => fieldsOf(fieldsOf(each).operation ?? each));
  const lists = [rule.ports, rule.protocols, ...operations.map(({ ports, notPorts }) => ports ?? notPorts)];
  return lists.some((list) => listOf(list).length > 0) ? 0 : 1;
}

/** Who is at the other end of a rule; `to` of an AuthorizationPolicy has operations. */
function peersOf({ peers, from, to }: Fields): readonly unknown[] {
  return listOf(peers ?? from ?? listOf(to).filter((each) => fieldsOf(each).operation === undefined));
}

/** The rule in which a path of an object lies; nothing where it lies in none. */
function ruleAt(object: KindedObject, path: FieldPath): Fields {
  const [, list, index] = path;
  const rules = listOf(specOf(object)[String(list)]);
  return fieldsOf(typeof index === 'number' ? rules[index] : undefined);
}

/** Is the object for some workload, not for all of its namespace or more? */
function isForWorkload(object: KindedObject): boolean {
  const { podSelector, selector, targetRefs, subject, host } = specOf(object);
  const pods = fieldsOf(fieldsOf(subject).pods).podSelector;
  if (typeof host === 'string') return !host.startsWith('*');
  return [podSelector, selector, pods].some(isSelective) || listOf(targetRefs).length > 0;
}

function specOf(object: KindedObject): Fields {
  return fieldsOf(fieldsOf(object).spec);
}

function isSelective(selector: unknown): boolean {
  const { matchLabels, matchExpressions, ...plain } = fieldsOf(selector);
  return (
    Object.keys(fieldsOf(matchLabels)).length + listOf(matchExpressions).length + Object.keys(plain).length >
    0
  );
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
