import type { LintEntry, LintReport } from '../lint/index.ts';
import type { Severity } from '../model/index.ts';
import { countDiagnostics } from './diagnostics.ts';
import { shortenWords } from './lines.ts';
import {
  describeProof,
  type LintSetting,
  summarizeLint,
  titleOf,
  witnessCommand,
  witnessesOf,
} from './lint-words.ts';
import { escapeMarkdown, markdownCode, markdownShell, mostCharacters } from './markdown.ts';
import { positionOf } from './position.ts';

const marks: Readonly<Record<Severity, string>> = { error: '🔴', warning: '🟠', info: '🔵' };
const order: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * A lint report for a pull request or a step summary: the gravest findings first, each with its proof folded away. Below 65,000 characters; what finds no
 * room is counted at the end.
 */
export function formatLintMarkdown(report: LintReport, setting: LintSetting): string {
  const head = `### portcullis lint: ${escapeMarkdown(summarizeLint(report))}\n`;
  const entries = order.flatMap((severity) => report.entries.filter((entry) => entry.severity === severity));
  const blocks: string[] = [];
  let length = head.length;
  for (const entry of entries) {
    const block = entryBlock(entry, setting);
    if (length + block.length + 200 > mostCharacters) break;
    blocks.push(block);
    length += block.length;
  }
  const left = entries.slice(blocks.length);
  const tail = left.length === 0 ? '' : `\nLeft out here: ${countDiagnostics(left)}.\n`;
  return `${head}${blocks.join('')}${tail}`;
}

function entryBlock(entry: LintEntry, { inputWords, pages }: LintSetting): string {
  const { code, severity, message, span, proof, help } = entry;
  const place =
    span === undefined
      ? ''
      : ` ${markdownCode(`${span.source.name}:${positionOf(span.source, span.start).line}`)}`;
  const witnesses = proof === undefined ? [] : witnessesOf(proof);
  const commands = witnesses.flatMap((witness) => witnessCommand(witness, inputWords) ?? []);
  const title = titleOf(code, pages);
  const details = [
    ...(proof === undefined ? [] : describeProof(proof).map((line) => escapeMarkdown(line))),
    ...(help === undefined ? [] : [escapeMarkdown(help)]),
  ].map((line) => `  ${line}  \n`);
  const shell = commands.length === 0 ? '' : `\n${markdownShell(commands)}`;
  const words = escapeMarkdown(shortenWords(message));
  const summary = `  <details><summary>${escapeMarkdown(title === '' ? 'why' : title)}</summary>\n\n`;
  return `\n- ${marks[severity]} **${severity} ${code}**${place} ${words}\n${summary}${details.join('')}${shell}\n  </details>\n`;
}
