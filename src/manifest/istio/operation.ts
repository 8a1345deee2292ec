import type { AuthorizationOperation, FieldPath } from '../../model/index.ts';
import type { Finding } from './finding.ts';
import { pathProblem } from './path-template.ts';
import { checkNotEmpty, checkPorts } from './values.ts';

/** The lists of an operation with the names that messages give them. */
const operationFields = [
  ['ports', 'Ports'],
  ['methods', 'Methods'],
  ['paths', 'Paths'],
  ['hosts', 'Hosts'],
  ['notPorts', 'NotPorts'],
  ['notMethods', 'NotMethods'],
  ['notPaths', 'NotPaths'],
  ['notHosts', 'NotHosts'],
] as const;

/** Checks one `to.operation`; `rule` is the index of its rule. */
export function checkOperation(
  operation: AuthorizationOperation,
  path: FieldPath,
  rule: number,
  errors: Finding[],
): void {
  if (Object.keys(operation).length === 0) {
    const message = `\`to.operation\` must not be empty, found at rule ${rule}`;
    errors.push({ code: 'PC2208', path, message });
  }
  for (const [field, name] of operationFields) {
    const values = operation[field];
    if (values === undefined) continue;
    const at = [...path, field];
    const problems = field === 'ports' || field === 'notPorts' ? checkPorts(values) : [];
    const empty = checkNotEmpty(name, values);
    for (const { code, index, message } of empty === undefined ? problems : [...problems, empty]) {
      errors.push({ code, path: [...at, index], message });
    }
    if (field === 'paths' || field === 'notPaths') checkPaths(name, values, at, errors);
  }
}

/** The first bad path only. */
function checkPaths(name: string, values: readonly string[], at: FieldPath, errors: Finding[]): void {
  for (const [index, value] of values.entries()) {
    const message = pathProblem(name, value);
    if (message === undefined) continue;
    errors.push({ code: 'PC2211', path: [...at, index], message });
    return;
  }
}
