import type { LabelSelector, LabelSelectorRequirement, Labels } from '../../model/index.ts';
import type { MappingNode, YamlNode } from '../../yaml/index.ts';

// Readers of nodes whose shape was checked before: what is absent, null or of another type is undefined.

/** The value of the field `key`; undefined where it is absent or null. Of equal keys the last counts. */
export function fieldOf(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node?.kind !== 'mapping') return undefined;
  const { entries } = node;
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!;
    if (entry.key === key) return isNull(entry.value) ? undefined : entry.value;
  }
  return undefined;
}

/** True for an explicit or implied null. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** The string that a node holds. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** The number that a node holds; beyond 2^53 the nearest. */
export function numberOf(node: YamlNode | undefined): number | undefined {
  if (node?.kind !== 'scalar' || typeof node.value !== 'object' || node.value === null) return undefined;
  return Number(node.value.number);
}

/** The string at `key`. */
export function textAt(node: YamlNode | undefined, key: string): string | undefined {
  return textOf(fieldOf(node, key));
}

/** The number at `key`. */
export function numberAt(node: YamlNode | undefined, key: string): number | undefined {
  return numberOf(fieldOf(node, key));
}

/** The number or string at `key` (IntOrString). */
export function numberOrTextAt(node: YamlNode | undefined, key: string): number | string | undefined {
  const value = fieldOf(node, key);
  return numberOf(value) ?? textOf(value);
}

/** The boolean at `key`. */
export function booleanAt(node: YamlNode | undefined, key: string): boolean | undefined {
  const value = fieldOf(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'boolean' ? value.value : undefined;
}

/** The members of the list at `key`, null members included; undefined where there is no list. */
export function itemsAt(node: YamlNode | undefined, key: string): readonly YamlNode[] | undefined {
  const value = fieldOf(node, key);
  return value?.kind === 'sequence' ? value.items : undefined;
}

/** The entries of the map at `key`, equal keys and null values included; undefined where there is no map. */
export function entriesAt(node: YamlNode | undefined, key: string): MappingNode['entries'] | undefined {
  const value = fieldOf(node, key);
  return value?.kind === 'mapping' ? value.entries : undefined;
}

/** The list of strings at `key`; a null member is the empty string. */
export function textsAt(node: YamlNode | undefined, key: string): readonly string[] | undefined {
  return itemsAt(node, key)?.map((item) => textOf(item) ?? '');
}

/** The list at `key`, each member read by `read`; undefined where there is no list. */
export function listAt<T>(
  node: YamlNode | undefined,
  key: string,
  read: (item: YamlNode) => T,
): readonly T[] | undefined {
  return itemsAt(node, key)?.map(read);
}

const noLabels: Labels = Object.freeze({});

/** The map of strings at `key`; a null value is the empty string. Absent gives the empty map. */
export function labelsAt(node: YamlNode | undefined, key: string): Labels {
  const entries = entriesAt(node, key);
  if (entries === undefined || entries.length === 0) return noLabels;
  const labels: Record<string, string> = {};
  for (const entry of entries) setOwn(labels, entry.key, textOf(entry.value) ?? '');
  return labels;
}

/** Sets an own property also where the key is `__proto__`, which plain assignment would lose. */
function setOwn(record: Record<string, string>, key: string, value: string): void {
  if (key !== '__proto__') record[key] = value;
  else Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true });
}

/** The metav1.LabelSelector at `key`; undefined where absent. */
export function selectorAt(node: YamlNode | undefined, key: string): LabelSelector | undefined {
  const value = fieldOf(node, key);
  return value === undefined ? undefined : readSelector(value);
}

/** Reads a metav1.LabelSelector. Absent and empty parts are left out. */
export function readSelector(node: YamlNode): LabelSelector {
  const labels = labelsAt(node, 'matchLabels');
  const matchExpressions = listAt(node, 'matchExpressions', readRequirement);
  return {
    ...(Object.keys(labels).length > 0 && { matchLabels: labels }),
    ...(matchExpressions !== undefined && matchExpressions.length > 0 && { matchExpressions }),
  };
}

/** An operator that is none of the four is kept: validation refuses the object. */
function readRequirement(node: YamlNode): LabelSelectorRequirement {
  const values = textsAt(node, 'values');
  return {
    key: textAt(node, 'key') ?? '',
    operator: (textAt(node, 'operator') ?? '') as LabelSelectorRequirement['operator'],
    ...(values !== undefined && values.length > 0 && { values }),
  };
}
