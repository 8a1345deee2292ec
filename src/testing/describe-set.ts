import { formatSelector, type LabelSelector } from '../model/index.ts';
import type { SetWords } from './types.ts';

/** A set in words, for the name of a statement that has none: `namespace shop`, `anything but outside`. */
export function describeSet(set: SetWords): string {
  switch (set.kind) {
    case 'union':
      return set.sets.map(describeSet).join(', ');
    case 'intersection':
      return set.sets.map(describeSet).join(' and ');
    case 'complement':
      return `anything but ${describeSet(set.set)}`;
    case 'anything':
    case 'outside':
      return set.kind;
    case 'addresses':
    case 'named':
      return set.text;
    case 'namespace':
      return `namespace ${set.name}`;
    case 'namespace labels':
      return `namespaces with ${selectorWords(set.selector)}`;
    case 'pod labels':
      return `pods with ${selectorWords(set.selector)}`;
  }
}

function selectorWords(selector: LabelSelector): string {
  return formatSelector(selector) || 'any labels';
}
