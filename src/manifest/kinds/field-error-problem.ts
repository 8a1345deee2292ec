import type { Problem } from '../kit/index.ts';
import { describeFieldError, type FieldError } from '../validation/index.ts';

/**
 * An error of the API server as a problem, in the server's words. `stored`: the object was read from a cluster, so a form of CIDR that
 * only newer servers refuse is no reason to refuse it.
 */
export function fieldErrorProblem(error: FieldError, stored: boolean): Problem {
  const accepted = stored && error.looseCIDR === true;
  return {
    code: error.code,
    severity: accepted ? 'warning' : 'error',
    path: error.at ?? error.path,
    message: describeFieldError(error),
    ...(error.looseCIDR === true && {
      help: 'Servers before Kubernetes 1.36 accept it with a warning; newer ones refuse it in new objects.',
    }),
  };
}
