import type { FieldPath } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import { entriesAt, isNull, itemsAt, textAt, textOf } from '../kit/index.ts';
import type { FieldError } from './field-error.ts';
import { labelValueErrors, qualifiedNameErrors } from './names.ts';

/** Holds a metav1.LabelSelector against the API's rules. */
export function validateSelector(selector: YamlNode, path: FieldPath, errors: FieldError[]): void {
  validateLabels(selector, [...path, 'matchLabels'], errors, 'PC2103');
  for (const [i, requirement] of (itemsAt(selector, 'matchExpressions') ?? []).entries()) {
    validateRequirement(requirement, [...path, 'matchExpressions', i], errors);
  }
}

/** Holds the labels in the last field of `path`, a field of `owner`, against the rules for keys and values. The API names the map. */
export function validateLabels(
  owner: YamlNode,
  path: FieldPath,
  errors: FieldError[],
  code = 'PC2102',
): void {
  for (const entry of entriesAt(owner, String(path.at(-1))) ?? []) {
    const value = textOf(entry.value) ?? '';
    const at = [...path, entry.key];
    for (const text of qualifiedNameErrors(entry.key)) {
      errors.push({ path, at, kind: 'Invalid value', value: entry.key, text, code });
    }
    for (const text of labelValueErrors(value)) {
      errors.push({ path, at, kind: 'Invalid value', value, text, code });
    }
  }
}

function validateRequirement(requirement: YamlNode, path: FieldPath, errors: FieldError[]): void {
  const code = 'PC2103';
  const operator = textAt(requirement, 'operator') ?? '';
  const values = itemsAt(requirement, 'values') ?? [];
  const key = textAt(requirement, 'key') ?? '';
  const wantsValues = operator === 'In' || operator === 'NotIn';
  if (wantsValues && values.length === 0) {
    const text = "must be specified when `operator` is 'In' or 'NotIn'";
    errors.push({ path: [...path, 'values'], kind: 'Required value', text, code });
  } else if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    const text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    errors.push({ path: [...path, 'values'], kind: 'Forbidden', text, code });
  } else if (!wantsValues && operator !== 'Exists' && operator !== 'DoesNotExist') {
    const text = 'not a valid selector operator';
    errors.push({
      path: [...path, 'operator'],
      kind: 'Invalid value',
      value: operator,
      text,
      code,
      named: true,
    });
  }
  for (const text of qualifiedNameErrors(key)) {
    errors.push({ path: [...path, 'key'], kind: 'Invalid value', value: key, text, code });
  }
  for (const [i, member] of values.entries()) {
    const value = isNull(member) ? '' : (textOf(member) ?? '');
    for (const text of labelValueErrors(value)) {
      errors.push({ path: [...path, 'values', i], kind: 'Invalid value', value, text, code });
    }
  }
}
