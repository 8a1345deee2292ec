import { listWords } from '../../model/index.ts';
import { formatPlace } from '../../report/index.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import type { Applied } from './apply.ts';
import type { Readiness } from './readiness.ts';

/** Tells what was not applied and what was added, on standard error. */
export function tellApplied({ refused, kept, unserved, madeNamespaces }: Applied, terminal: Terminal): void {
  const { bad, strong } = styleFor(terminal, 'warn');
  for (const { object, message } of refused) {
    terminal.warn(`${bad(strong('error'))}: ${formatPlace(object)}: the API refuses it: ${message}\n`);
  }
  if (kept.length > 0) terminal.warn(`note: left out, for the lab has its own: ${kept.join(', ')}\n`);
  if (unserved.size > 0) {
    const kinds = [...unserved].map(([kind, number]) => `${number} ${kind}`);
    terminal.warn(`note: left out, for the lab does not have these kinds: ${kinds.join(', ')}\n`);
  }
  if (madeNamespaces.length > 0) {
    terminal.warn(
      `note: no manifest declares ${madeNamespaces.length === 1 ? 'the namespace' : 'the namespaces'} ${listWords(madeNamespaces)}; made with no labels but those of --assume\n`,
    );
  }
}

/** Tells which pods are not ready and why, on standard error. */
export function tellWaiting({ waiting }: Readiness, terminal: Terminal): void {
  for (const { pod, why } of waiting) terminal.warn(`not ready: ${pod}: ${why}\n`);
}
