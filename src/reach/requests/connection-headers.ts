import type { Condition } from '../../policy/authorization/index.ts';

const ofConnection = new Set([':scheme', 'x-forwarded-proto', 'x-forwarded-client-cert']);

/** Does the condition look at a header that the proxy makes of the connection? Then `connection` of a universe matters. */
export function showsConnection({ question }: Condition): boolean {
  return (
    question.kind === 'text' && question.input.kind === 'header' && ofConnection.has(question.input.name)
  );
}
