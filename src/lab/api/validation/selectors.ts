import { type FieldError, validateSelector } from '../../../manifest/index.ts';
import { readRequestBody } from '../../../yaml/index.ts';
import type { StringMap } from '../../store/index.ts';
import { parseLabelSelector } from '../select/label-selector.ts';
import { type ObjectSelector, selectorText } from '../table/selector-text.ts';
import { toRefusal } from './metadata.ts';
import type { Refusal } from './refusals.ts';

/** Holds a label selector of an object against the API's rules. */
export function checkSelector(selector: ObjectSelector, path: readonly string[]): readonly Refusal[] {
  const [document] = readRequestBody(JSON.stringify(selector));
  const errors: FieldError[] = [];
  if (document?.root !== undefined) validateSelector(document.root, [...path], errors);
  return errors.map(toRefusal);
}

/** True where a sound selector selects such labels. */
export function selects(selector: ObjectSelector, labels: StringMap | undefined): boolean {
  return parseLabelSelector(selectorText(selector))(labels);
}
