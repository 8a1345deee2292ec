import type { Finding, FoundEnd } from './types.ts';

/**
 * How far the ends of a finding are guessed. `all`: nothing that the log states is of these manifests, who the ends are is but what would fit. `one of
 * several`: others would fit as well.
 */
export function guessOf({ source, destination, cause }: Finding): 'all' | 'one of several' | undefined {
  const isNamed = cause.kind === 'denied' && cause.agreement.kind === 'same';
  if (source.guess || destination.guess) return 'all';
  if (!isNamed && !isStated(source) && !isStated(destination)) return 'all';
  return source.rivals.length + destination.rivals.length > 0 ? 'one of several' : undefined;
}

/** Does the log, or the user, say which object of the manifests it is? */
function isStated({ by, end, pod }: FoundEnd): boolean {
  const isThere = pod !== undefined || end.kind === 'service' || end.kind === 'node' || by.includes('said');
  return isThere && by.some((evidence) => evidence !== 'namespace' && evidence !== 'verdict');
}
