import type { Format } from '../format.ts';
import { checkProbes, type Probe, type Surroundings } from './reachability.ts';

interface Case extends Surroundings {
  readonly name: string;
  readonly probes: readonly (Probe & { readonly toIP: string })[];
}

/** The conformance suite of the admin policy API, both versions; `toIP` is always the address of `to`. */
export const adminPolicyConformance: Format = {
  name: 'admin policy conformance suite',
  recognises: ({ cases }) =>
    Array.isArray(cases) && cases.some((c) => typeof c?.probes?.[0]?.toIP === 'string'),
  *run(data) {
    for (const { name, probes, ...surroundings } of data.cases as readonly Case[]) {
      yield checkProbes(name, surroundings, probes);
    }
  },
};
