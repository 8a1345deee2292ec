import { policyMatches } from '../../../src/policy/authorization/index.ts';
import { compared } from '../diff.ts';
import type { CaseResult } from '../format.ts';
import { fromZtunnelForm, type ZtunnelPolicy } from '../workload-api-json.ts';

export interface UnitCase {
  readonly test: string;
  readonly n: number;
  readonly policy: ZtunnelPolicy;
  readonly connection: { readonly src: string; readonly dst: string; readonly identity: string | null };
  readonly expect: boolean;
}

/** Asks the matcher what ztunnel's unit tests ask theirs. */
export function checkZtunnelUnit({ test, n, policy, connection, expect }: UnitCase): CaseResult {
  const [sourceAddress] = splitSocket(connection.src);
  const [destinationAddress, destinationPort] = splitSocket(connection.dst);
  const got = policyMatches(fromZtunnelForm(policy), {
    identity: connection.identity?.replace(/^spiffe:\/\//, ''),
    sourceAddress,
    destinationAddress,
    destinationPort,
    sni: undefined,
  });
  return compared(`ztunnelUnit: ${test} ${n}`, expect, got);
}

/** Splits `1.2.3.4:80` or `[::1]:80`. */
function splitSocket(text: string): [address: string, port: number] {
  const colon = text.lastIndexOf(':');
  return [text.slice(0, colon).replace(/^\[|\]$/g, ''), Number(text.slice(colon + 1))];
}
