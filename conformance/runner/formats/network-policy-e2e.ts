import type { Format } from '../format.ts';
import { checkProbes, type Probe, type Surroundings } from './reachability.ts';

interface Case {
  readonly id: string;
  readonly steps: readonly Step[];
}

interface Step extends Omit<Surroundings, 'namespaces'> {
  readonly namespaces: Readonly<Record<string, { readonly labels: Readonly<Record<string, string>> }>>;
  readonly probes: readonly Probe[];
}

/** The NetworkPolicy tests of Kubernetes itself: what each of them expects of each connection, step by step. */
export const networkPolicyE2e: Format = {
  name: 'NetworkPolicy end-to-end tests of Kubernetes',
  recognises: ({ cases }) =>
    Array.isArray(cases) && cases.some((c) => typeof c?.steps?.[0]?.probes?.[0]?.expect === 'boolean'),
  *run(data) {
    for (const { id, steps } of data.cases as readonly Case[]) {
      for (const [i, { namespaces, probes, ...rest }] of steps.entries()) {
        const labels = Object.fromEntries(Object.entries(namespaces).map(([name, ns]) => [name, ns.labels]));
        yield checkProbes(`${id} step ${i + 1}`, { ...rest, namespaces: labels }, probes);
      }
    }
  },
};
