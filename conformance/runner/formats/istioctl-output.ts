import { answerLogging } from '../../../src/istio/istioctl/answer-logging.ts';
import {
  type IstioctlOutput,
  type IstioctlWorld,
  istioctl,
  type PodName,
} from '../../../src/istio/istioctl/index.ts';
import { createLoggers } from '../../../src/istio/istioctl/loggers.ts';
import { compared } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';

interface Step extends IstioctlOutput {
  readonly args: readonly string[];
  /** `POST /logging?rbac=debug -> 200`. */
  readonly admin: readonly string[];
  readonly api: readonly string[];
}

interface Case {
  readonly id: string;
  readonly args?: readonly string[];
  readonly observed?: IstioctlOutput;
  readonly dump?: unknown;
  /** Of a file that is no JSON; null: there was no file. */
  readonly text?: string | null;
  readonly steps?: readonly Step[];
  readonly injectorValues?: unknown;
}

/** What istioctl writes: `cases[]` with `args` and `observed`, or with `steps` against an Envoy. */
export const istioctlOutput: Format = {
  name: 'output of istioctl',
  recognises(data) {
    const first = Array.isArray(data.cases) ? data.cases[0] : undefined;
    return (
      Array.isArray(first?.args ?? first?.steps?.[0]?.args) && (first.observed ?? first.steps) !== undefined
    );
  },
  async *run(data): AsyncIterable<CaseResult> {
    for (const each of data.cases as readonly Case[]) {
      yield each.steps === undefined ? await runFile(each) : await runSteps(each, each.steps);
    }
  },
};

async function runFile({ id, args = [], observed, dump, text }: Case): Promise<CaseResult> {
  const content = text === undefined ? JSON.stringify(dump) : text;
  const got = await istioctl(args, {
    ...emptyWorld,
    readFile: (name) => content ?? { failure: `open ${name}: no such file or directory` },
  });
  return compared(id, comparable(observed), comparable(got));
}

/** One Envoy for all steps. The lab's proxy answers in its place: same loggers, same levels at the start. */
async function runSteps({ id, injectorValues }: Case, steps: readonly Step[]): Promise<CaseResult> {
  const proxies = new Map<string, ReturnType<typeof createLoggers>>();
  const expected: unknown[] = [];
  const got: unknown[] = [];
  for (const step of steps) {
    const requests: string[] = [];
    const world: IstioctlWorld = {
      ...emptyWorld,
      admin: ({ name, namespace }) => {
        const key = `${namespace}/${name}`;
        const loggers = proxies.get(key) ?? createLoggers();
        proxies.set(key, loggers);
        const answer = async (method: string, path: string): Promise<{ status: number; body: string }> => {
          const { status, text } =
            method === 'GET'
              ? { status: 200, text: noListeners }
              : answerLogging(loggers, new URL(path, 'http://admin').searchParams);
          requests.push(`${method} /${path} -> ${status}`);
          return { status, body: text };
        };
        return { get: (path) => answer('GET', path), post: (path) => answer('POST', path) };
      },
      podsSelected: async (_selector, namespace) => shownPods(step, namespace),
      injectorValues: async () => (injectorValues === null ? undefined : JSON.stringify(injectorValues)),
    };
    const { admin, api: _, args, ...output } = step;
    expected.push({ output: comparable(output), admin: [...admin].sort() });
    got.push({ output: comparable(await istioctl(args, world)), admin: requests.sort() });
  }
  return compared(id, expected, got);
}

/** The file does not list the pods of its cluster: those that are selected are those that the answer shows. */
function shownPods({ stdout }: Step, namespace: string): readonly PodName[] {
  const heads = stdout.split('\n').filter((line) => line.endsWith(`.${namespace}:`));
  return heads.map((line) => ({ name: line.slice(0, -namespace.length - 2), namespace }));
}

/** Without what differs from run to run and from build to build. */
function comparable(output: IstioctlOutput | undefined): unknown {
  if (output === undefined) return undefined;
  return {
    stdout: output.stdout.replace(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z(?=\t)/gm, 'TIME'),
    stderr: output.stderr.replace(/proto:\s/gu, 'proto: ').replace(/^Usage:\n.*?(?=Error: )/s, 'USAGE\n'),
    exit: output.exit,
  };
}

/** Envoy's dump where no listener came by LDS. */
const noListeners = '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump"}]}';

const nothing = { failure: 'not in this case' };
const emptyWorld: IstioctlWorld = {
  defaultNamespace: 'default',
  now: () => new Date(),
  readFile: () => nothing,
  admin: () => ({ get: async () => nothing, post: async () => nothing }),
  podsOf: async () => nothing,
  podsSelected: async () => nothing,
  injectorValues: async () => undefined,
};
