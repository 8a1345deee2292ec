import type { Exit } from '../../node/index.ts';
import { StatusError } from '../../store/index.ts';

/** What the status channel carries when a command is through: kubectl makes its own exit code of it. */
export function exitStatus(command: readonly string[], { code }: Exit): object {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: error executing command [${command.join(' ')}], exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** The same for a command that could not be started. */
export function failureStatus(error: unknown): object {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StatusError) {
    return { metadata: {}, status: 'Failure', message, reason: error.reason, code: error.code };
  }
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: error executing command in container: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message: `error executing command in container: ${message}` }] },
    code: 500,
  };
}
