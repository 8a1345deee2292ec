import type { FieldPath } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import { fieldOf, itemsAt, numberAt, numberOf, textAt, textOf, textsAt } from '../kit/index.ts';
import { type Cidr, cidrFaultTexts, cidrText, isStrictSubset, parseCidr } from './cidr.ts';
import type { FieldError } from './field-error.ts';
import { validateMetadata } from './metadata.ts';
import { portNameErrors } from './names.ts';
import { validateSelector } from './selector.ts';

/**
 * Holds a NetworkPolicy of the right shape against the rules of the API server (1.36), defaults filled in. Gives every error.
 * Source: pkg/apis/networking/validation of Kubernetes.
 */
export function validateNetworkPolicy(root: YamlNode): FieldError[] {
  const errors: FieldError[] = [];
  const spec = fieldOf(root, 'spec');
  validateMetadata(root, errors);
  const podSelector = fieldOf(spec, 'podSelector');
  if (podSelector !== undefined) validateSelector(podSelector, ['spec', 'podSelector'], errors);
  validateRules(spec, 'ingress', 'from', errors);
  validateRules(spec, 'egress', 'to', errors);
  validatePolicyTypes(textsAt(spec, 'policyTypes') ?? [], errors);
  return errors;
}

function validateRules(
  spec: YamlNode | undefined,
  direction: 'ingress' | 'egress',
  peers: 'from' | 'to',
  errors: FieldError[],
): void {
  for (const [i, rule] of (itemsAt(spec, direction) ?? []).entries()) {
    for (const [j, port] of (itemsAt(rule, 'ports') ?? []).entries()) {
      validatePort(port, ['spec', direction, i, 'ports', j], errors);
    }
    for (const [j, peer] of (itemsAt(rule, peers) ?? []).entries()) {
      validatePeer(peer, ['spec', direction, i, peers, j], errors);
    }
  }
}

function validatePort(entry: YamlNode, path: FieldPath, errors: FieldError[]): void {
  const code = 'PC2104';
  const protocol = textAt(entry, 'protocol');
  if (protocol !== undefined && !['TCP', 'UDP', 'SCTP'].includes(protocol)) {
    const text = 'supported values: "TCP", "UDP", "SCTP"';
    errors.push({
      path: [...path, 'protocol'],
      kind: 'Unsupported value',
      value: protocol,
      text,
      code,
      named: true,
    });
  }
  const port = fieldOf(entry, 'port');
  const name = textOf(port);
  const number = numberOf(port);
  if (name !== undefined) {
    for (const text of portNameErrors(name)) {
      errors.push({ path: [...path, 'port'], kind: 'Invalid value', value: name, text, code });
    }
  } else if (number !== undefined) validatePortNumber(number, [...path, 'port'], errors);
  const endPort = numberAt(entry, 'endPort');
  if (endPort === undefined) return;
  const at = [...path, 'endPort'];
  if (port === undefined) {
    const text = 'may not be specified when `port` is not specified';
    errors.push({ path: at, kind: 'Invalid value', value: endPort, text, code });
  } else if (number === undefined) {
    const text = 'may not be specified when `port` is non-numeric';
    errors.push({ path: at, kind: 'Invalid value', value: endPort, text, code });
  } else {
    if (endPort < number) {
      const text = 'must be greater than or equal to `port`';
      errors.push({ path: at, kind: 'Invalid value', value: number, text, code });
    }
    validatePortNumber(endPort, at, errors);
  }
}

function validatePortNumber(value: number, path: FieldPath, errors: FieldError[]): void {
  if (value >= 1 && value <= 65535) return;
  const text = 'must be between 1 and 65535, inclusive';
  errors.push({ path, kind: 'Invalid value', value, text, code: 'PC2104' });
}

function validatePeer(peer: YamlNode, path: FieldPath, errors: FieldError[]): void {
  const podSelector = fieldOf(peer, 'podSelector');
  const namespaceSelector = fieldOf(peer, 'namespaceSelector');
  const ipBlock = fieldOf(peer, 'ipBlock');
  const code = 'PC2105';
  if (podSelector !== undefined) validateSelector(podSelector, [...path, 'podSelector'], errors);
  if (namespaceSelector !== undefined) {
    validateSelector(namespaceSelector, [...path, 'namespaceSelector'], errors);
  }
  if (ipBlock !== undefined) validateIpBlock(ipBlock, [...path, 'ipBlock'], errors);
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  if (!selects && ipBlock === undefined) {
    errors.push({ path, kind: 'Required value', text: 'must specify a peer', code });
  } else if (selects && ipBlock !== undefined) {
    errors.push({ path, kind: 'Forbidden', text: 'may not specify both ipBlock and another peer', code });
  }
}

function validateIpBlock(block: YamlNode, path: FieldPath, errors: FieldError[]): void {
  const text = textAt(block, 'cidr') ?? '';
  if (text === '') {
    errors.push({ path: [...path, 'cidr'], kind: 'Required value', text: '', code: 'PC2106' });
    return;
  }
  const cidr = validateCidr(text, [...path, 'cidr'], errors);
  if (cidr === undefined) return;
  for (const [i, value] of (textsAt(block, 'except') ?? []).entries()) {
    const at = [...path, 'except', i];
    const except = validateCidr(value, at, errors);
    if (except === undefined || isStrictSubset(except, cidr)) continue;
    const subset = 'must be a strict subset of `cidr`';
    errors.push({ path: at, kind: 'Invalid value', value, text: subset, code: 'PC2106' });
  }
}

function validateCidr(value: string, path: FieldPath, errors: FieldError[]): Cidr | undefined {
  const code = 'PC2106';
  const cidr = parseCidr(value);
  if (cidr === undefined) errors.push({ path, kind: 'Invalid value', value, text: cidrText, code });
  else if (cidr.fault !== undefined) {
    const text = cidrFaultTexts[cidr.fault];
    errors.push({ path, kind: 'Invalid value', value, text, code, looseCIDR: true });
  }
  return cidr;
}

function validatePolicyTypes(types: readonly string[], errors: FieldError[]): void {
  const path = ['spec', 'policyTypes'];
  const code = 'PC2107';
  if (types.length > 2) {
    const text = 'may not specify more than two policyTypes';
    errors.push({ path, kind: 'Invalid value', value: types, text, code });
    return;
  }
  for (const [i, value] of types.entries()) {
    if (value === 'Ingress' || value === 'Egress') continue;
    const text = 'supported values: "Ingress", "Egress"';
    errors.push({ path: [...path, i], kind: 'Unsupported value', value, text, code, named: true });
  }
}
