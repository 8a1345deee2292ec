import { Command, Option } from 'commander';
import { formatJson, formatYaml, reportVersion } from '../report/index.ts';
import { readPackageFile } from './package-files.ts';
import type { Terminal } from './terminal.ts';

/** `portcullis version`. */
export function versionCommand(terminal: Terminal): Command {
  return new Command('version')
    .description('Print the version of Portcullis.')
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .addHelpText('after', '\nExamples:\n  portcullis version\n  portcullis version -o json')
    .action(({ output }: { output: 'text' | 'json' | 'yaml' }) => {
      const value = {
        apiVersion: reportVersion,
        kind: 'Version',
        version: readVersion(),
        node: process.versions.node,
      };
      if (output === 'json') terminal.print(formatJson(value));
      else if (output === 'yaml') terminal.print(formatYaml(value));
      else terminal.print(`${value.version}\n`);
    });
}

/** The version of this package. */
export function readVersion(): string {
  return (JSON.parse(readPackageFile('package.json') ?? '{}') as { version: string }).version;
}
