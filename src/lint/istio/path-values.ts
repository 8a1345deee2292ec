import type { Mesh } from '../../model/index.ts';
import { isBadRequest, receiveRequest } from '../../policy/http/index.ts';
import { findWitness, type Universe } from '../../reach/index.ts';
import type { LintRule } from '../registry.ts';
import { conditionOf, conditionOfValue } from './conditions.ts';
import { valuesOf } from './policies.ts';
import type { RuleField } from './rule-fields.ts';
import { valueFinding } from './value-findings.ts';

/** Paths that never arrive: none begins so, or the proxy cuts off or rewrites what the value asks for before it compares. */
export const pathValues: LintRule = {
  codes: ['PC3224'],
  *check({ cluster }) {
    const universe: Universe = { mesh: cluster.mesh, jwtRules: [] };
    for (const value of valuesOf(cluster, asksPath)) {
      const { policy, field, index } = value;
      const condition = conditionOf(cluster, policy, field);
      const single = condition && conditionOfValue(condition, index);
      if (single === undefined) continue;
      if (findWitness([{ any: [[single]], none: [] }], universe) !== undefined) continue;
      const fault = faultOf(value.value, field.field === 'paths', cluster.mesh);
      yield valueFinding(value, { code: 'PC3224', ...fault });
    }
  },
};

function asksPath({ field }: RuleField): boolean {
  return field === 'paths' || field === 'request.headers[:path]';
}

interface Fault {
  readonly reason: string;
  readonly help: string;
  readonly instead?: string;
}

function faultOf(value: string, withoutQuery: boolean, mesh: Mesh): Fault {
  const cut = withoutQuery ? value.search(/[?#]/) : value.indexOf('#');
  if (cut >= 0) {
    const what = value[cut] === '?' ? 'query' : 'fragment';
    return {
      reason: `the ${what} is cut off before paths are compared`,
      help: `Leave the ${what} out${what === 'query' ? '; a rule about it needs when with request.headers[:path]' : ''}.`,
      ...(cut > 0 && { instead: value.slice(0, cut) }),
    };
  }
  if (!value.startsWith('/') && !value.startsWith('*')) {
    return { reason: 'every path begins with a slash', help: `Write /${value}.`, instead: `/${value}` };
  }
  const normal = normalized(value, mesh);
  if (normal === undefined || normal === value) {
    return {
      reason:
        'no path that arrives at the rules matches it: a request with such a path is refused or rewritten before',
      help: 'Write the path as the application gets it, with percent escapes for what is not a plain character.',
    };
  }
  return {
    reason: `the proxy rewrites it to ${normal} before paths are compared (pathNormalization ${mesh.pathNormalization})`,
    help: `Write ${normal}.`,
    instead: normal,
  };
}

/** What the proxy makes of the path; a star stays where it is. */
function normalized(value: string, mesh: Mesh): string | undefined {
  if (!value.startsWith('/') || value.includes('{')) return undefined;
  const received = receiveRequest({ method: 'GET', path: value, host: 'a' }, true, mesh, {
    peerAddress: '203.0.113.1',
    identity: undefined,
    ownIdentity: undefined,
    gateway: false,
  });
  return isBadRequest(received) || typeof received.path !== 'string' ? undefined : received.path;
}
