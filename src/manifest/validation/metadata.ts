import type { YamlNode } from '../../yaml/index.ts';
import { entriesAt, fieldOf, textAt, textsAt } from '../kit/index.ts';
import type { FieldError } from './field-error.ts';
import { dnsLabelErrors, qualifiedNameErrors, subdomainErrors } from './names.ts';
import { validateLabels } from './selector.ts';

const standardFinalizers = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** Holds the metadata of a namespaced object against the API's rules; a missing namespace is the request's. */
export function validateMetadata(root: YamlNode, errors: FieldError[]): void {
  const metadata = fieldOf(root, 'metadata');
  const name = textAt(metadata, 'name') ?? '';
  const namespace = textAt(metadata, 'namespace') ?? '';
  const generateName = textAt(metadata, 'generateName') ?? '';
  const code = 'PC2101';
  for (const text of generateName === '' ? [] : subdomainErrors(withoutLastDash(generateName))) {
    errors.push({
      path: ['metadata', 'generateName'],
      kind: 'Invalid value',
      value: generateName,
      text,
      code,
    });
  }
  if (name !== '') {
    for (const text of subdomainErrors(name)) {
      errors.push({ path: ['metadata', 'name'], kind: 'Invalid value', value: name, text, code });
    }
  } else if (generateName === '') {
    const text = 'name or generateName is required';
    errors.push({ path: ['metadata', 'name'], kind: 'Required value', text, code });
  }
  if (namespace !== '') {
    for (const text of dnsLabelErrors(namespace)) {
      errors.push({ path: ['metadata', 'namespace'], kind: 'Invalid value', value: namespace, text, code });
    }
  }
  if (metadata === undefined) return;
  validateLabels(metadata, ['metadata', 'labels'], errors);
  validateAnnotations(metadata, errors);
  validateFinalizers(metadata, errors);
}

/** A dash at the end of a prefix does no harm: the rest of the name comes behind it. */
function withoutLastDash(prefix: string): string {
  return /^.+-$/s.test(prefix) ? `${prefix.slice(0, -2)}a` : prefix;
}

/** Keys only, and without regard to case; values are free. */
function validateAnnotations(metadata: YamlNode, errors: FieldError[]): void {
  const path = ['metadata', 'annotations'];
  for (const { key } of entriesAt(metadata, 'annotations') ?? []) {
    for (const text of qualifiedNameErrors(key.toLowerCase())) {
      errors.push({ path, at: [...path, key], kind: 'Invalid value', value: key, text, code: 'PC2102' });
    }
  }
}

/** The API names the list for a bad form and the member for one that nothing stands for. */
function validateFinalizers(metadata: YamlNode, errors: FieldError[]): void {
  const path = ['metadata', 'finalizers'];
  const finalizers = textsAt(metadata, 'finalizers') ?? [];
  for (const [i, value] of finalizers.entries()) {
    const at = [...path, i];
    for (const text of qualifiedNameErrors(value)) {
      errors.push({ path, at, kind: 'Invalid value', value, text, code: 'PC2101' });
    }
    if (!value.includes('/') && !standardFinalizers.has(value)) {
      const text = 'name is neither a standard finalizer name nor is it fully qualified';
      errors.push({ path: at, kind: 'Invalid value', value, text, code: 'PC2101' });
    }
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const text = 'finalizer orphan and foregroundDeletion cannot be both set';
    errors.push({ path, kind: 'Invalid value', value: finalizers, text, code: 'PC2101' });
  }
}
