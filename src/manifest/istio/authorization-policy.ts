import type { FieldPath } from '../../model/index.ts';
import { checkAttachment } from './attachment.ts';
import { checkCondition, checkCustomCondition } from './condition.ts';
import type { Finding, Findings } from './finding.ts';
import type { AuthorizationSpec, Rule } from './messages.ts';
import { checkOperation } from './operation.ts';
import { envoyRefuses } from './path-template.ts';
import { asksAboutConnection, checkCustomSource, checkSource } from './source.ts';

const tcpWarning =
  'configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes' +
  ' in a DENY rule; it is recommended to explicitly specify the port';

/** Checks a decoded AuthorizationPolicy as the webhook does; messages come without the prefix that names the policy. */
export function checkAuthorization(spec: AuthorizationSpec, findings: Findings): void {
  const { errors, warnings } = findings;
  const { action = 'ALLOW', rules = [] } = spec;
  checkAttachment(spec, findings);
  if ((action === 'DENY' || action === 'CUSTOM') && rules.length === 0) {
    errors.push({ code: 'PC2205', path: ['spec', 'action'], message: neverTriggered(action) });
  }
  checkProvider(spec, action, errors);
  for (const [index, rule] of rules.entries()) {
    const path = ['spec', 'rules', index];
    if (action === 'CUSTOM') checkCustomRule(rule, path, errors);
    checkRule(rule, path, index, errors);
    if (action === 'DENY' && deniesTcp(rule)) warnings.push({ code: 'PC2217', path, message: tcpWarning });
  }
}

function neverTriggered(action: string): string {
  return `${action} action without \`rules\` is meaningless as it will never be triggered, add an empty rule \`{}\` if you want it be triggered for every request`;
}

function checkProvider(spec: AuthorizationSpec, action: string, errors: Finding[]): void {
  const { provider, rules } = spec;
  if (action !== 'CUSTOM') {
    if (provider === undefined) return;
    const message = `\`provider\` must not be with non CUSTOM action, found ${action}`;
    errors.push({ code: 'PC2205', path: ['spec', 'provider'], message });
  } else if (rules !== undefined && (provider?.name ?? '') === '') {
    const message = '`provider.name` must not be empty';
    errors.push({ code: 'PC2205', path: ['spec', 'provider', 'name'], message });
  }
}

function checkCustomRule(rule: Rule, path: FieldPath, errors: Finding[]): void {
  for (const [index, { source }] of (rule.from ?? []).entries()) {
    if (source !== undefined) checkCustomSource(source, [...path, 'from', index, 'source'], errors);
  }
  for (const [index, condition] of (rule.when ?? []).entries()) {
    checkCustomCondition(condition, [...path, 'when', index], errors);
  }
}

function checkRule(rule: Rule, path: FieldPath, number: number, errors: Finding[]): void {
  for (const [index, { source }] of (rule.from ?? []).entries()) {
    const at = [...path, 'from', index];
    if (source !== undefined) checkSource(source, [...at, 'source'], number, errors);
    else errors.push(absent('from.source', at, number));
  }
  for (const [index, { operation }] of (rule.to ?? []).entries()) {
    const at = [...path, 'to', index];
    if (operation !== undefined) checkOperation(operation, [...at, 'operation'], number, errors);
    else errors.push(absent('to.operation', at, number));
  }
  for (const [index, condition] of (rule.when ?? []).entries()) {
    checkCondition(condition, [...path, 'when', index], errors);
  }
}

function absent(field: string, path: FieldPath, rule: number): Finding {
  return { code: 'PC2208', path, message: `\`${field}\` must not be nil, found at rule ${rule}` };
}

/**
 * True for a DENY rule that has nothing a TCP connection could fail: it has operations but no ports, or only sources that ask about
 * the HTTP request. A rule of nothing but conditions is not looked at.
 */
function deniesTcp(rule: Rule): boolean {
  const operations = (rule.to ?? []).flatMap(({ operation }) => operation ?? []);
  if (operations.length > 0) {
    return operations.every(({ ports, notPorts }) => ports === undefined && notPorts === undefined);
  }
  const sources = (rule.from ?? []).flatMap(({ source }) => source ?? []);
  return sources.length > 0 && !sources.some(asksAboutConnection);
}

/** The path templates that Envoy refuses although the webhook takes them. */
export function findRefusedTemplates(spec: AuthorizationSpec): readonly Finding[] {
  const refused: Finding[] = [];
  for (const [ruleIndex, rule] of (spec.rules ?? []).entries()) {
    for (const [index, { operation = {} }] of (rule.to ?? []).entries()) {
      const path = ['spec', 'rules', ruleIndex, 'to', index, 'operation'];
      for (const field of ['paths', 'notPaths'] as const) {
        for (const [valueIndex, value] of (operation[field] ?? []).entries()) {
          if (!envoyRefuses(value)) continue;
          const message = `Envoy refuses the path template ${value}, and with it the whole listener`;
          refused.push({ code: 'PC2218', path: [...path, field, valueIndex], message });
        }
      }
    }
  }
  return refused;
}
