import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addNameFlag, type NameFlag } from './name-flag.ts';

const examples = `
What Portcullis answers of istioctl's own commands, from the proxies of a lab:
  istioctl x authz check POD[.NAMESPACE]
  istioctl proxy-config log POD[.NAMESPACE] [--level rbac:debug,…]

Examples:
  portcullis lab istioctl x authz check web-0.shop
  portcullis lab istioctl -n shop proxy-config log web-0 --level rbac:debug`;

/** `portcullis lab istioctl …`: stands in for istioctl in `lab shell`, where it is not installed. */
export function istioctlCommand(terminal: Terminal): Command {
  return addNameFlag(new Command('istioctl').description('What Portcullis answers in place of istioctl.'))
    .argument('[args...]', "istioctl's own words")
    .passThroughOptions()
    .allowUnknownOption()
    .addHelpText('after', examples)
    .action(async (args: readonly string[], flags: NameFlag) => {
      const { answerFromLab } = await import('./istioctl-run.ts');
      terminal.exitCode = await answerFromLab(args, flags, terminal);
    });
}
