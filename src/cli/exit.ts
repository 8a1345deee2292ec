/** What the process ends with; docs/exit-codes.md explains them. 64, 65 and 70 are those of sysexits.h. */
export const exitCodes: {
  readonly allow: 0;
  readonly deny: 1;
  readonly unknown: 2;
  readonly ok: 0;
  readonly expectationFailed: 1;
  readonly usage: 64;
  readonly input: 65;
  readonly internal: 70;
} = {
  allow: 0,
  deny: 1,
  unknown: 2,
  ok: 0,
  expectationFailed: 1,
  usage: 64,
  input: 65,
  internal: 70,
};

/** A refusal that the caller can do something about: the message, further lines, and what the process ends with. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exitCode: number;
  readonly details: readonly string[];

  constructor(exitCode: number, message: string, details: readonly string[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.details = details;
  }
}

/** The command line cannot be understood: exit code 64. `details` are lines below the message. */
export function usageError(message: string, details: readonly string[] = []): Refusal {
  return new Refusal(exitCodes.usage, message, details);
}

/** What was given to read does not hold what was asked for: exit code 65. */
export function inputError(message: string, details: readonly string[] = []): Refusal {
  return new Refusal(exitCodes.input, message, details);
}

/** This machine cannot do it as it is: exit code 65, as for anything else that was given and does not do. */
export function unavailable(message: string, details: readonly string[] = []): Refusal {
  return new Refusal(exitCodes.input, message, details);
}
