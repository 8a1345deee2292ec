import type { LabOptions } from '../options.ts';

/** What the lab tells about its own running. */
export interface LabReporter {
  readonly progress: (text: string) => void;
  /** A mistake of the lab itself that did not end it. */
  readonly report: (where: string, error: unknown) => void;
}

export async function runLab(
  _options: LabOptions,
  _listenerFd: number,
  _reporter: LabReporter,
): Promise<void> {}
