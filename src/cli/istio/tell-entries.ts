import type { ComponentFinding, Rendering } from '../../istio/components/index.ts';
import type { ValueOrigin } from '../../istio/values/index.ts';
import { type Diagnostic, type FieldPath, listWords, type Span } from '../../model/index.ts';
import type { ComponentEntry } from '../../report/index.ts';
import { tellerOf } from '../tell.ts';
import type { ColourChoice, Terminal } from '../terminal.ts';
import type { LocatedEntry, ReadInstallation } from './installation.ts';

type Locate = (path: FieldPath) => ValueOrigin | undefined;

/** Prints findings and failures of an installation on standard error, and why there is no policy where there is none. */
export function tellInstallation(
  { entries, diagnostics }: ReadInstallation,
  terminal: Terminal,
  color: ColourChoice,
): void {
  tellerOf(terminal, color)([...diagnostics, ...joined(entries)]);
  for (const note of notesOf(entries)) terminal.warn(`note: ${note}\n`);
}

/** True where something is wrong: a finding of severity error, a template that fails. */
export function hasFaults({ entries, diagnostics }: ReadInstallation): boolean {
  return [...diagnostics, ...entries.flatMap(entryDiagnostics)].some(({ severity }) => severity === 'error');
}

function entryDiagnostics(entry: LocatedEntry): readonly Diagnostic[] {
  const { rendering, locate } = entry;
  return [...failuresOf([entry]), ...rendering.findings.map((finding) => findingDiagnostic(finding, locate))];
}

/** Diagnostics of all entries; what is so of several charts, for one reason, is said once. */
function joined(entries: readonly LocatedEntry[]): readonly Diagnostic[] {
  const alike = Map.groupBy(
    entries.flatMap((entry) => entryDiagnostics(entry).map((diagnostic) => ({ entry, diagnostic }))),
    ({ entry, diagnostic: { code, severity, message, span, help } }) =>
      JSON.stringify([code, severity, withoutChart(message, entry), span?.source.name, span?.start, help]),
  );
  return [...alike.values()].map((all) => {
    const { entry, diagnostic } = all[0]!;
    const components = [...new Set(all.map((each) => each.entry.component))];
    const message = withoutComponent(diagnostic.message, entry);
    if (components.length === 1 || message === diagnostic.message) return diagnostic;
    return { ...diagnostic, message: `${listWords(components)}: ${message}` };
  });
}

/** Helm's words name the template, which many charts have. */
function withoutChart(text: string, entry: LocatedEntry): string {
  return withoutComponent(text, entry).replaceAll(/[\w-]+\/templates\//g, '');
}

function withoutComponent(text: string, { component }: ComponentEntry): string {
  return text.startsWith(`${component}: `) ? text.slice(component.length + 2) : text;
}

/** A diagnostic for each chart that fails. */
export function failuresOf(entries: readonly LocatedEntry[]): readonly Diagnostic[] {
  return entries.flatMap(({ rendering, component, locate }) =>
    rendering.kind === 'failed' ? [failure(rendering, component, locate)] : [],
  );
}

/** A finding at the place of the value that it is about. */
export function findingDiagnostic(
  { code, severity, message, path, help }: ComponentFinding,
  locate: Locate,
): Diagnostic {
  return { code, severity, message, ...placeOf(path, locate), ...(help !== undefined && { help }) };
}

function failure(
  { message, help, path }: Extract<Rendering, { kind: 'failed' }>,
  component: string,
  locate: Locate,
): Diagnostic {
  return {
    code: 'PC3480',
    severity: 'error',
    message: `${component}: the chart fails: ${message}`,
    ...placeOf(path, locate),
    ...(help !== '' && { help }),
  };
}

/** The place in a file, or in the text of a flag. */
export function placeOf(path: FieldPath | undefined, locate: Locate): { readonly span?: Span } {
  const origin = path === undefined || path.length === 0 ? undefined : locate(path);
  if (origin === undefined) return {};
  if (origin.kind === 'file') return { span: origin.span };
  const { flag, text, start, end } = origin;
  return { span: { source: { name: flag, text }, start, end } };
}

/** `istiod and ztunnel: no NetworkPolicy: …`, charts with one reason together. */
function notesOf(entries: readonly ComponentEntry[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const entry of entries) {
    const { component, rendering } = entry;
    if (rendering.kind !== 'none') continue;
    const why = withoutComponent(rendering.why, entry);
    byReason.set(why, [...(byReason.get(why) ?? []), component]);
  }
  return [...byReason].map(([why, components]) => `${listWords(components)}: no NetworkPolicy: ${why}`);
}
