import { Command, Option } from 'commander';
import type { Terminal } from '../terminal.ts';
import { type ProxyFlag, proxyOption } from './proxy-flag.ts';

/** The flags of `lab run`, as commander gives them. */
export interface RunFlags extends ProxyFlag {
  readonly image?: readonly string[];
  readonly timeout: string;
  readonly output: 'text' | 'json';
}

const examples = `
SCENARIO is a folder with a scenario.yaml: what is there from the start, and steps that apply and delete files and say what has to come of it.
It gets a lab of its own, which ends with it. Each expectation is held against the verdict and against real packets.

Exit codes: 0 all as expected; 1 something is not; 64 usage, 65 bad input, or this machine cannot run a lab.

Examples:
  portcullis lab run scenarios/two-namespaces
  portcullis lab run scenarios/two-namespaces -o json`;

/** `portcullis lab run SCENARIO`. */
export function runCommand(terminal: Terminal): Command {
  return new Command('run')
    .description('Play a scenario in a lab: expected, verdict and packets side by side.')
    .argument('<SCENARIO>', 'a folder with a scenario.yaml')
    .addOption(
      new Option('--image <IMAGE=program>', 'what runs for an image, a command line; repeatable').argParser(
        (value: string, before: readonly string[] = []) => [...before, value],
      ),
    )
    .addOption(proxyOption())
    .option('--timeout <duration>', 'wait so long for pods', '60s')
    .addOption(
      new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', examples)
    .action(async (scenario: string, flags: RunFlags) => {
      const { run } = await import('./run-run.ts');
      terminal.exitCode = await run(scenario, flags, terminal);
    });
}
