import { Command } from 'commander';
import { usageError } from './exit.ts';
import { listPackageFiles, readPackageFile } from './package-files.ts';
import type { Terminal } from './terminal.ts';

/** `portcullis explain [CODE]`. */
export function explainCommand(terminal: Terminal): Command {
  return new Command('explain')
    .description(
      'Print what a diagnostic code means, why it matters and what to do. Without a code: all codes.',
    )
    .argument('[CODE]', 'a code such as PC2003')
    .addHelpText('after', '\nExamples:\n  portcullis explain PC2003\n  portcullis explain | grep -i selector')
    .action(async (code: string | undefined) => {
      terminal.print(code === undefined ? listCodes() : await explainCode(code));
    });
}

async function explainCode(text: string): Promise<string> {
  const code = text.toUpperCase();
  const page = /^PC\d+$/.test(code) ? readPackageFile('docs', 'codes', `${code}.md`) : undefined;
  if (page !== undefined) return page;
  const { closest } = await import('./closest.ts');
  const near = closest(code, codes(), 3).map((name) => `  ${titleOf(name)}`);
  const closestLines = near.length === 0 ? [] : ['closest:', ...near];
  throw usageError(`there is no code ${text}`, [...closestLines, 'all codes: portcullis explain']);
}

function listCodes(): string {
  return codes()
    .map((code) => `${titleOf(code)}\n`)
    .join('');
}

function codes(): string[] {
  return listPackageFiles('docs', 'codes')
    .filter((name) => /^PC\d+\.md$/.test(name))
    .map((name) => name.slice(0, -'.md'.length));
}

/** The page's first line, `# PC2003: …`, without its mark. */
function titleOf(code: string): string {
  const page = readPackageFile('docs', 'codes', `${code}.md`) ?? '';
  return page.slice(0, page.indexOf('\n')).replace(/^#\s*/, '');
}
