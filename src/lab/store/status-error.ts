import type { StatusDetails } from './types.ts';

/**
 * A refusal as the API server words it; the API sends it as an object of kind Status. Reasons and codes are those of k8s.io/apimachinery/pkg/api/errors
 * (`NotFound` 404, `AlreadyExists` and `Conflict` 409, `Invalid` 422, `Forbidden` 403, `BadRequest` 400 …).
 */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}
