import type { Format } from '../format.ts';
import { checkTables, type Surroundings, type Table } from './reachability.ts';

interface Case {
  readonly id: string;
  readonly steps: readonly Step[];
}

/** `policies` is null where there are none. */
interface Step extends Omit<Surroundings, 'namespaces'> {
  readonly namespaces: Readonly<Record<string, { readonly labels: Readonly<Record<string, string>> }>>;
  readonly tables: readonly Table[];
}

/** The cases of cyclonus' generator: whole tables for every served port, step by step. */
export const networkPolicyCyclonus: Format = {
  name: 'NetworkPolicy tables of cyclonus',
  recognises: ({ cases }) => Array.isArray(cases) && cases.some((c) => Array.isArray(c?.steps?.[0]?.tables)),
  *run(data) {
    for (const { id, steps } of data.cases as readonly Case[]) {
      for (const [i, { namespaces, tables, ...rest }] of steps.entries()) {
        const labels = Object.fromEntries(Object.entries(namespaces).map(([name, ns]) => [name, ns.labels]));
        yield checkTables(`${id} step ${i + 1}`, { ...rest, namespaces: labels }, tables);
      }
    }
  },
};
