import type { Diagnostic } from '../model/index.ts';
import { formatDiagnostics, formatRemarks } from '../report/index.ts';
import { type ColourChoice, styleFor, type Terminal } from './terminal.ts';

/** Prints diagnostics on standard error, remarks in few words behind the others; what `gatherCluster` reports to. */
export function tellerOf(
  terminal: Terminal,
  color?: ColourChoice,
): (diagnostics: readonly Diagnostic[]) => void {
  return (diagnostics) => {
    const style = styleFor(terminal, 'warn', color);
    const shown = diagnostics.filter(({ severity }) => severity !== 'info');
    if (shown.length > 0) terminal.warn(`${formatDiagnostics(shown, style)}\n`);
    const remarks = formatRemarks(diagnostics, style);
    if (remarks !== '') terminal.warn(`${remarks}\n`);
  };
}

/** Warns of manifests that leave nothing to judge: `consequence` says what the answer then lacks. */
export function tellNoPods(terminal: Terminal, consequence: string): void {
  terminal.warn(`note: there are no pods or workloads in the manifests, so ${consequence}\n`);
}
