import type { ContainerContext, Exit, Running } from '../../node/index.ts';

/** A container that has no process of its own: its servers live in the lab's. */
export interface BuiltIn extends Running {
  /** Ends it from within. */
  readonly end: (exit: Exit) => void;
}

const endings: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 };

/**
 * Runs until it is told to end. `close` gives everything back and must not throw. What ends by SIGTERM counts as code `onTerm`, on SIGKILL always as 137; other signals do nothing.
 */
export function builtIn(
  close: () => void,
  { onTerm = 0, ready = () => true }: { readonly onTerm?: number; readonly ready?: () => boolean } = {},
): BuiltIn {
  const { promise, resolve } = Promise.withResolvers<Exit>();
  let ended = false;
  const end = (exit: Exit): void => {
    if (ended) return;
    ended = true;
    close();
    resolve(exit);
  };
  return {
    exited: promise,
    ready: () => !ended && ready(),
    end,
    signal: (name) => {
      if (name === 'SIGKILL') end({ code: 137, signal: 9 });
      else if (endings[name] !== undefined) end({ code: onTerm });
    },
  };
}

/** A program that says what is wrong and ends, as a process does that cannot go on. */
export function gaveUp(context: ContainerContext, message: string, code = 1): Running {
  for (const line of message.split('\n')) context.log(line, 'stderr');
  return { exited: Promise.resolve({ code }), signal: () => {}, ready: () => false };
}
