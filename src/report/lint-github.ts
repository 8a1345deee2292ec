import type { LintEntry, LintReport } from '../lint/index.ts';
import { githubCommand } from './github.ts';
import { describeProof, type LintSetting, summarizeLint, titleOf } from './lint-words.ts';

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** A lint report as workflow commands of GitHub Actions, one line for each finding, and a line with the numbers. */
export function formatLintGithub(report: LintReport, { pages }: LintSetting): string {
  const lines = report.entries.map((entry) => commandLine(entry, pages));
  return [...lines, summarizeLint(report)].map((line) => `${line}\n`).join('');
}

function commandLine(entry: LintEntry, pages: ReadonlyMap<string, string>): string {
  const { code, severity, message, span, proof, help } = entry;
  const title = [code, titleOf(code, pages)].filter((words) => words !== '').join(': ');
  const lines = [
    message,
    ...(proof === undefined ? [] : describeProof(proof)),
    ...(help === undefined ? [] : [`help: ${help}`]),
  ];
  return githubCommand(commands[severity], { title, span }, lines);
}
