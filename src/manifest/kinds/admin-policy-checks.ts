import { type FieldPath, formatPath } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import { fieldOf, isNull, itemsAt, numberAt, type Problem, textAt, textsAt } from '../kit/index.ts';
import { type FieldError, parseCidr, portNameErrors, validateSelector } from '../validation/index.ts';
import type { AdminVersion } from './admin-policy-version.ts';
import { fieldErrorProblem } from './field-error-problem.ts';

/** Holds an object of the right shape against the rules of its CRD. */
export function checkAdminPolicy(root: YamlNode, version: AdminVersion, problems: Problem[]): void {
  const spec = fieldOf(root, 'spec');
  const path = ['spec'];
  if (
    version.kind === 'BaselineAdminNetworkPolicy' &&
    textAt(fieldOf(root, 'metadata'), 'name') !== 'default'
  ) {
    refuse(problems, 'PC2101', ['metadata', 'name'], 'only the one named default can be created');
  }
  if (version.prioritized) checkNumber(spec, [...path, 'priority'], [0, 1000], 'PC2110', problems);
  if (version.tiered) checkChoice(spec, [...path, 'tier'], ['Admin', 'Baseline'], problems);
  const subject = fieldOf(spec, 'subject');
  if (subject === undefined) refuse(problems, 'PC2111', [...path, 'subject'], 'Required value');
  else checkSelection(subject, [...path, 'subject'], version, problems);
  checkRules(spec, 'ingress', 'from', version, problems);
  checkRules(spec, 'egress', 'to', version, problems);
}

function checkRules(
  spec: YamlNode | undefined,
  direction: 'ingress' | 'egress',
  peersField: 'from' | 'to',
  version: AdminVersion,
  problems: Problem[],
): void {
  const rules = itemsAt(spec, direction) ?? [];
  checkCount(rules.length, [0, version.maxRules], ['spec', direction], problems);
  for (const [i, rule] of rules.entries()) {
    const path = ['spec', direction, i];
    checkChoice(rule, [...path, 'action'], version.actions, problems);
    if ([...(textAt(rule, 'name') ?? '')].length > 100) {
      refuse(problems, 'PC2110', [...path, 'name'], 'may not be longer than 100 characters');
    }
    const peers = itemsAt(rule, peersField);
    if (peers === undefined) refuse(problems, 'PC2112', [...path, peersField], 'Required value');
    else checkCount(peers.length, [1, version.maxPeers], [...path, peersField], problems);
    for (const [j, peer] of (peers ?? []).entries())
      checkPeer(peer, [...path, peersField, j], version, problems);
    const ports = itemsAt(rule, version.portsField);
    const portsPath = [...path, version.portsField];
    if (ports !== undefined) checkCount(ports.length, [1, version.maxPorts], portsPath, problems);
    for (const [j, port] of (ports ?? []).entries()) checkPort(port, [...portsPath, j], problems);
    checkNamedPorts(peers ?? [], ports ?? [], path, problems);
    checkDomainNames(rule, peers ?? [], [...path, peersField], problems);
  }
}

/** A subject, or the part of a peer that selects pods. */
function checkSelection(node: YamlNode, path: FieldPath, version: AdminVersion, problems: Problem[]): void {
  checkOneOf(node, path, path.at(-1) === 'subject' ? 'PC2111' : 'PC2112', problems);
  checkSelector(node, [...path, 'namespaces'], problems);
  checkSelector(node, [...path, 'nodes'], problems);
  const pods = fieldOf(node, 'pods');
  if (pods === undefined) return;
  const required = version.version === 'v1alpha1' ? ['namespaceSelector', 'podSelector'] : ['podSelector'];
  for (const field of required) {
    if (fieldOf(pods, field) === undefined)
      refuse(problems, 'PC2112', [...path, 'pods', field], 'Required value');
  }
  checkSelector(pods, [...path, 'pods', 'namespaceSelector'], problems);
  checkSelector(pods, [...path, 'pods', 'podSelector'], problems);
}

function checkPeer(peer: YamlNode, path: FieldPath, version: AdminVersion, problems: Problem[]): void {
  checkSelection(peer, path, version, problems);
  const networks = textsAt(peer, 'networks');
  if (networks !== undefined) {
    checkCount(networks.length, [1, 25], [...path, 'networks'], problems);
    for (const [i, network] of networks.entries()) {
      const cidr = parseCidr(network);
      // CEL's isCIDR reads with Go's netip: no leading zeros; host bits and mapped addresses pass.
      if (cidr === undefined || cidr.fault === 'leading zeros' || network.length > 43) {
        refuse(problems, 'PC2106', [...path, 'networks', i], 'Invalid CIDR format provided');
      }
    }
    checkUnique(networks, [...path, 'networks'], problems);
  }
  const names = textsAt(peer, 'domainNames');
  if (names === undefined) return;
  checkCount(names.length, [1, 25], [...path, 'domainNames'], problems);
  for (const [i, name] of names.entries()) {
    if (!domainName.test(name)) refuse(problems, 'PC2112', [...path, 'domainNames', i], 'not a domain name');
  }
  checkUnique(names, [...path, 'domainNames'], problems);
}

// The CRD's pattern, slip (A-z) included.
const domainName =
  /^(\*\.)?([a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;

function checkPort(entry: YamlNode, path: FieldPath, problems: Problem[]): void {
  checkOneOf(entry, path, 'PC2113', problems);
  const named = textAt(entry, 'namedPort') ?? textAt(entry, 'destinationNamedPort');
  if (named !== undefined && portNameErrors(named).length > 0) {
    const message = `${formatPath(path)}: no container port can have the name ${JSON.stringify(named)}`;
    problems.push({ code: 'PC2113', severity: 'warning', path, message });
  }
  const number = fieldOf(entry, 'portNumber');
  if (number !== undefined) {
    checkNumber(number, [...path, 'portNumber', 'port'], [1, 65535], 'PC2113', problems);
    checkProtocol(number, [...path, 'portNumber', 'protocol'], problems);
  }
  const range = fieldOf(entry, 'portRange');
  if (range !== undefined) {
    checkRange(range, [...path, 'portRange'], problems);
    checkProtocol(range, [...path, 'portRange', 'protocol'], problems);
  }
  for (const name of ['tcp', 'udp', 'sctp']) {
    const protocol = fieldOf(entry, name);
    if (protocol === undefined) continue;
    const at = [...path, name, 'destinationPort'];
    const port = fieldOf(protocol, 'destinationPort');
    if (port === undefined) {
      refuse(problems, 'PC2113', [...path, name], 'should have at least 1 properties');
      continue;
    }
    checkOneOf(port, at, 'PC2113', problems);
    if (fieldOf(port, 'number') !== undefined) {
      checkNumber(port, [...at, 'number'], [1, 65535], 'PC2113', problems);
    }
    const inner = fieldOf(port, 'range');
    if (inner === undefined) continue;
    checkRange(inner, [...at, 'range'], problems);
    if ((numberAt(inner, 'start') ?? 0) >= (numberAt(inner, 'end') ?? 0)) {
      refuse(problems, 'PC2113', [...at, 'range'], 'Start port must be less than End port');
    }
  }
}

function checkRange(range: YamlNode, path: FieldPath, problems: Problem[]): void {
  checkNumber(range, [...path, 'start'], [1, 65535], 'PC2113', problems);
  checkNumber(range, [...path, 'end'], [1, 65535], 'PC2113', problems);
}

/** The CRD takes any text for a protocol; what is none of the three means nothing to anybody. */
function checkProtocol(node: YamlNode, path: FieldPath, problems: Problem[]): void {
  const protocol = textAt(node, 'protocol');
  if (protocol === undefined || ['TCP', 'UDP', 'SCTP'].includes(protocol)) return;
  refuse(
    problems,
    'PC2113',
    path,
    `Unsupported value: ${JSON.stringify(protocol)}: supported values: TCP, UDP, SCTP`,
  );
}

function checkNamedPorts(
  peers: readonly YamlNode[],
  ports: readonly YamlNode[],
  path: FieldPath,
  problems: Problem[],
): void {
  const named = ports.some(
    (port) => fieldOf(port, 'namedPort') !== undefined || fieldOf(port, 'destinationNamedPort') !== undefined,
  );
  const addresses = peers.some((peer) =>
    ['networks', 'nodes', 'domainNames'].some((field) => fieldOf(peer, field) !== undefined),
  );
  if (!named || !addresses) return;
  refuse(
    problems,
    'PC2114',
    path,
    'a networks, nodes or domainNames peer cannot be set with named ports, as these have none',
  );
}

function checkDomainNames(
  rule: YamlNode,
  peers: readonly YamlNode[],
  path: FieldPath,
  problems: Problem[],
): void {
  const action = textAt(rule, 'action');
  if (action === 'Allow' || action === 'Accept') return;
  for (const [i, peer] of peers.entries()) {
    if (fieldOf(peer, 'domainNames') === undefined) continue;
    const message = `${formatPath([...path, i, 'domainNames'])}: domain names are for rules that allow`;
    problems.push({ code: 'PC2112', severity: 'warning', path: [...path, i, 'domainNames'], message });
  }
}

function checkSelector(owner: YamlNode, path: FieldPath, problems: Problem[]): void {
  const selector = fieldOf(owner, String(path.at(-1)));
  if (selector === undefined) return;
  const errors: FieldError[] = [];
  validateSelector(selector, path, errors);
  for (const error of errors) problems.push(fieldErrorProblem(error, false));
}

/** CRDs count the properties that are there; those that are null were taken out before. */
function checkOneOf(node: YamlNode, path: FieldPath, code: string, problems: Problem[]): void {
  const set = node.kind === 'mapping' ? node.entries.filter((entry) => !isNull(entry.value)) : [];
  if (set.length === 1) return;
  const found = set.length === 0 ? 'nothing' : set.map((entry) => entry.key).join(' and ');
  refuse(problems, code, path, `exactly one field must be set, not ${found}`);
}

function checkChoice(
  node: YamlNode | undefined,
  path: FieldPath,
  choices: readonly string[],
  problems: Problem[],
): void {
  const value = textAt(node, String(path.at(-1)));
  if (value !== undefined && choices.includes(value)) return;
  const found = value === undefined ? 'Required value' : `Unsupported value: ${JSON.stringify(value)}`;
  refuse(problems, 'PC2110', path, `${found}: supported values: ${choices.join(', ')}`);
}

function checkNumber(
  node: YamlNode | undefined,
  path: FieldPath,
  [low, high]: readonly [number, number],
  code: string,
  problems: Problem[],
): void {
  const value = numberAt(node, String(path.at(-1)));
  if (value === undefined) refuse(problems, code, path, 'Required value');
  else if (value < low || value > high)
    refuse(problems, code, path, `Invalid value: ${value}: must be from ${low} to ${high}`);
}

function checkCount(
  count: number,
  [low, high]: readonly [number, number],
  path: FieldPath,
  problems: Problem[],
): void {
  if (count > high) refuse(problems, 'PC2110', path, `Too many: ${count}: must have at most ${high} items`);
  else if (count < low)
    refuse(problems, 'PC2110', path, `Invalid value: ${count}: must have at least ${low} items`);
}

function checkUnique(values: readonly string[], path: FieldPath, problems: Problem[]): void {
  for (const [i, value] of values.entries()) {
    if (values.indexOf(value) < i)
      refuse(problems, 'PC2112', [...path, i], `Duplicate value: ${JSON.stringify(value)}`);
  }
}

function refuse(problems: Problem[], code: string, path: FieldPath, text: string): void {
  problems.push({ code, severity: 'error', path, message: `${formatPath(path)}: ${text}` });
}
