import { istioctl } from '../../istio/istioctl/index.ts';
import { usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { openApi } from './api.ts';
import { chooseLab } from './choose-lab.ts';
import { labWorld } from './istioctl-world.ts';
import type { NameFlag } from './name-flag.ts';

/** Answers in place of istioctl and gives the exit code. Throws Refusal. */
export async function answerFromLab(
  args: readonly string[],
  { name }: NameFlag,
  terminal: Terminal,
): Promise<number> {
  const lab = chooseLab(name, terminal);
  const api = openApi(lab);
  try {
    const output = await istioctl(args, labWorld(lab, api, terminal.cwd));
    if (output === undefined) throw notAnswered(args);
    if (output.stdout !== '') terminal.print(output.stdout);
    if (output.stderr !== '') terminal.warn(output.stderr);
    return output.exit;
  } finally {
    api.close();
  }
}

function notAnswered(args: readonly string[]): Error {
  return usageError(`istioctl is not installed, and Portcullis does not answer istioctl ${args.join(' ')}`, [
    'it answers: istioctl x authz check [TYPE/]POD[.NAMESPACE] | -f CONFIG_DUMP',
    'and: istioctl proxy-config log [TYPE/]POD[.NAMESPACE] [--level [LOGGER:]LEVEL,… | -r]',
  ]);
}
