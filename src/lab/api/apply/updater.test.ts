import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resourceTable } from '../../store/index.ts';
import { decodeValue, definition, definitionName } from '../openapi/index.ts';
import { type Manager, writeManagers } from './managers.ts';
import { pathsOf } from './path-set.ts';
import { typeOf } from './types.ts';
import { applyConfiguration, recordUpdate } from './updater.ts';

/** Random objects applied and updated by several managers, and what the field manager of k8s.io/apimachinery v0.36.3 made of them, step by step. */
interface Case {
  readonly Group: string;
  readonly Version: string;
  readonly Kind: string;
  readonly Ops: readonly {
    readonly Op: 'Apply' | 'Update';
    readonly Manager: string;
    readonly Force: boolean;
    readonly Object: Fields;
  }[];
  readonly outs: readonly { readonly object?: Fields; readonly error?: string; readonly causes?: number }[];
}

type Fields = { readonly [key: string]: never };

interface Outcome {
  /** How many fields conflict; undefined: none do. */
  readonly conflicts?: number;
  readonly object?: unknown;
  readonly managers?: unknown;
}

const cases = readFileSync(join(import.meta.dirname, 'updater.cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

describe('managed fields', () => {
  it("are those of apimachinery's field manager", () => {
    expect(cases.length).toBeGreaterThan(30);
    expect(cases.flatMap(({ outs }) => outs).some(({ causes }) => causes !== undefined)).toBe(true);
    for (const each of cases) expect(play(each)).toEqual(each.outs.map(wanted));
  });
});

function play({ Group, Version, Kind, Ops }: Case): readonly Outcome[] {
  const resource = resourceTable.find((one) => one.kind === Kind && one.group === Group)!;
  const apiVersion = Group === '' ? Version : `${Group}/${Version}`;
  const type = typeOf(definition(definitionName(Group, Version, Kind)!));
  const typed = { apiVersion, kind: Kind };
  const decode = (object: object) => ({
    ...decodeValue({ ...object, ...typed } as never, resource, Version).object,
    ...typed,
  });
  let live = decode({});
  let managers: readonly Manager[] = [];
  return Ops.map(({ Op, Manager: name, Force, Object: given }): Outcome => {
    const self = { name, operation: Op, apiVersion };
    if (Op === 'Apply') {
      const applied = applyConfiguration(type, live as never, { ...given, ...typed }, managers, self, Force);
      if ('conflicts' in applied) {
        return { conflicts: applied.conflicts.flatMap(({ fields }) => pathsOf(fields)).length };
      }
      live = decode(applied.object as object);
      managers = applied.managers;
    } else {
      const object = decode(given);
      managers = recordUpdate(type, live as never, object as never, managers, {
        ...self,
        time: undefined as never,
      });
      live = object;
    }
    return { object: live, managers: sorted(writeManagers(managers) as never) };
  });
}

function wanted({ object, causes }: Case['outs'][number]): Outcome {
  if (object === undefined) return { conflicts: causes! };
  const { managedFields = [], ...metadata } = object.metadata as never as {
    managedFields?: readonly object[];
  };
  return { object: withoutNulls({ ...object, metadata }), managers: sorted(managedFields) };
}

function sorted(entries: readonly object[]): readonly string[] {
  return entries.map((entry) => JSON.stringify(byKey(withoutNulls(entry)))).sort();
}

function byKey(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(byKey);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, byKey(each)]));
}

/** Go writes null for times and lists that are not there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutNulls(each)]));
}
