import type { ApiObject } from '../../store/index.ts';

/** A column as a Table defines it. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly format: '' | 'name';
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
}

export type Cell = string | number | boolean | null;

/** How the objects of a kind are shown. */
export interface Printer<T = ApiObject> {
  readonly columns: readonly Column[];
  readonly cells: (object: T) => readonly Cell[];
  /** Of a row: that the object has come to its end. */
  readonly conditions?: (object: T) => readonly object[] | undefined;
}

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name is unique within a namespace.',
  priority: 0,
};

/** A column; `type` is that of its cells. */
export function column(name: string, type: Column['type'] = 'string', description: string = name): Column {
  return { name, type, format: '', description, priority: 0 };
}

/** A column for `-o wide` alone. */
export function wide(name: string, type: Column['type'] = 'string'): Column {
  return { ...column(name, type), priority: 1 };
}

export const ageColumn: Column = column('Age', 'string', 'How long ago the object was created.');

/** Columns that end with what all workloads have with `-o wide`. */
export const workloadColumns: readonly Column[] = [wide('Containers'), wide('Images'), wide('Selector')];
