/** One thing that a lab needs of this machine, and whether it is there. */
export interface Finding {
  readonly name: string;
  /** `missing`: there can be no lab without it. `lacking`: the lab does without, `detail` says what is not to be had then. */
  readonly state: 'ok' | 'missing' | 'lacking';
  readonly detail: string;
  /** The one command, or the one setting, that helps. */
  readonly fix?: string;
}
