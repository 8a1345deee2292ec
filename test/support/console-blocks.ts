/** A command of a page's `console` block, and what the page shows of its output; `…` on a line of its own stands for lines that are left out. */
export interface ShownCommand {
  /** The line of the page that it stands on, from 1. */
  readonly line: number;
  readonly command: string;
  readonly output: readonly string[];
}

/** A line of a page that stands for any number of lines. */
export const leftOut = '…';

/** The commands of all fenced blocks that are called `console`: lines behind `$ `, a `\` at the end goes on in the next line. */
export function consoleCommands(markdown: string): readonly ShownCommand[] {
  const commands: { line: number; command: string; output: string[] }[] = [];
  let inside = false;
  let goesOn = false;
  for (const [index, text] of markdown.split('\n').entries()) {
    if (text.startsWith('```')) {
      inside = !inside && text === '```console';
      goesOn = false;
      continue;
    }
    if (!inside) continue;
    const last = commands.at(-1);
    if (goesOn && last !== undefined) last.command += `\n${text}`;
    else if (text.startsWith('$ ')) commands.push({ line: index + 1, command: text.slice(2), output: [] });
    else last?.output.push(text.trimEnd());
    goesOn = (goesOn || text.startsWith('$ ')) && text.endsWith('\\');
  }
  for (const { output } of commands) while (output.at(-1) === '') output.pop();
  return commands;
}

/** True if the lines are those that a page shows, whatever stands where it leaves some out. */
export function isShown(shown: readonly string[], lines: readonly string[]): boolean {
  const next = shown.indexOf(leftOut);
  const head = next < 0 ? shown : shown.slice(0, next);
  if (head.some((text, i) => text !== lines[i])) return false;
  if (next < 0) return lines.length === head.length;
  const rest = shown.slice(next + 1);
  for (let start = head.length; start <= lines.length; start += 1) {
    if (isShown(rest, lines.slice(start))) return true;
  }
  return false;
}
