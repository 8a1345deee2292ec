import type { Format } from '../format.ts';
import { checkProbes, type Probe, type Surroundings } from './reachability.ts';

interface Case extends Surroundings {
  readonly name: string;
  readonly probes: readonly (Probe & { readonly engines: string })[];
}

/** Random clusters with admin policies and NetworkPolicies, judged by independent implementations. */
export const adminPolicyRandom: Format = {
  name: 'random admin policy clusters',
  recognises: ({ cases }) =>
    Array.isArray(cases) && cases.some((c) => typeof c?.probes?.[0]?.engines === 'string'),
  *run(data) {
    for (const { name, probes, ...surroundings } of data.cases as readonly Case[]) {
      yield checkProbes(name, surroundings, probes);
    }
  },
};
