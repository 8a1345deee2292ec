import { exitCodes, unavailable, usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { formatAuthorizationTable, readAuthorization } from './authz-check.ts';
import { chooseLab } from './choose-lab.ts';
import { execPath } from './exec-run.ts';
import type { NameFlag } from './name-flag.ts';
import { runInPod } from './run-in-pod.ts';

/** istioctl's own words, taken apart. */
interface Asked {
  readonly verb: 'authz check' | 'proxy-config log';
  readonly pod: string;
  readonly namespace: string | undefined;
  readonly level: string | undefined;
}

/** Answers in place of istioctl and gives the exit code. Throws Refusal. */
export async function istioctl(
  args: readonly string[],
  { name }: NameFlag,
  terminal: Terminal,
): Promise<number> {
  const asked = readWords(args);
  const lab = chooseLab(name, terminal);
  const admin = async (path: string, method: 'GET' | 'POST'): Promise<string> => {
    const { namespace } = asked;
    const place = await execPath(lab, asked.pod, {
      container: 'istio-proxy',
      ...(namespace && { namespace }),
    });
    const words = ['curl', '-sS', '--fail-with-body', '-X', method, `http://127.0.0.1:15000/${path}`];
    const { code, stdout, stderr } = await runInPod(lab, place, words);
    if (code === 0) return stdout;
    throw unavailable(`the proxy of ${asked.pod} does not answer: ${(stderr || stdout).trim()}`);
  };
  if (asked.verb === 'authz check') {
    terminal.print(
      formatAuthorizationTable(readAuthorization(JSON.parse(await admin('config_dump', 'GET')))),
    );
    return exitCodes.ok;
  }
  const queries = asked.level?.split(',').map(levelQuery) ?? [''];
  let answer = '';
  for (const query of queries) answer = await admin(`logging${query}`, 'POST');
  terminal.print(`${asked.pod}:\n${answer}`);
  return exitCodes.ok;
}

/** `rbac:debug` sets one logger, `debug` all of them. */
function levelQuery(text: string): string {
  const [first = '', second] = text.split(/[:=]/);
  return second === undefined ? `?level=${first}` : `?${first}=${second}`;
}

function readWords(args: readonly string[]): Asked {
  const words: string[] = [];
  const flags = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const [, flag, , value] = /^--?([\w-]+)(=(.*))?$/.exec(args[i]!) ?? [];
    if (flag === undefined) words.push(args[i]!);
    else if (/^(n|namespace|level)$/.test(flag)) flags.set(flag, value ?? args[++i] ?? '');
    else throw notAnswered(args);
  }
  const [first = '', second = '', third, fourth] = words;
  const isCheck = /^(x|experimental)$/.test(first) && second === 'authz' && third === 'check';
  const { pod, namespace = flags.get('n') ?? flags.get('namespace') } = readPod(isCheck ? fourth : third);
  const level = flags.get('level');
  if (isCheck && fourth !== undefined) return { verb: 'authz check', pod, namespace, level };
  if (/^(proxy-config|pc|proxyconfig)$/.test(first) && /^(log|o)$/.test(second) && third !== undefined) {
    return { verb: 'proxy-config log', pod, namespace, level };
  }
  throw notAnswered(args);
}

/** `NAME`, `KIND/NAME`, and either with `.NAMESPACE` behind it. Source: istioctl's InferPodInfo. */
function readPod(text: string = ''): Pick<Asked, 'pod'> & Partial<Pick<Asked, 'namespace'>> {
  const [, pod = text, namespace] = /^(.+)\.([^./]+)$/.exec(text) ?? [];
  return { pod, ...(namespace !== undefined && { namespace }) };
}

function notAnswered(args: readonly string[]): Error {
  return usageError(`istioctl is not installed, and Portcullis does not answer istioctl ${args.join(' ')}`, [
    'it answers: istioctl x authz check POD[.NAMESPACE]',
    'and: istioctl proxy-config log POD[.NAMESPACE] [--level LOGGER:LEVEL,…]',
  ]);
}
