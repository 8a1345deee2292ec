/** istioctl stops here: thrown inside this room, given back as an `OperatorFailure`. */
export class OperatorStop extends Error {
  readonly code: string;
  readonly panics: boolean;
  readonly help: string;
  readonly path: readonly (string | number)[] | undefined;
  set: string | undefined;

  constructor(message: string, details: StopDetails) {
    super(message);
    this.code = details.code ?? 'PC3430';
    this.panics = details.panics ?? false;
    this.help = details.help;
    this.path = details.path;
    this.set = details.set;
  }
}

export interface StopDetails {
  readonly code?: string;
  readonly panics?: boolean;
  readonly help: string;
  readonly path?: readonly (string | number)[];
  readonly set?: string;
}

/**
 * A Go panic in istioctl.
 * @throws OperatorStop always
 */
export function panic(message: string, details: Omit<StopDetails, 'panics'>): never {
  throw new OperatorStop(message, { ...details, panics: true });
}
