import { execFile } from 'node:child_process';
import { systemPath, unshareFlags } from '../../lab/index.ts';
import { explainRefusal } from './doctor-refusal.ts';
import { findProgram } from './find-program.ts';
import type { Finding } from './finding.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The kernel lays nothing over a directory of the host's that has mounts of the host's in it. */
const mountsBelow = 'something is mounted below /usr';

/** What is tried inside; each line a name, a blank and shell commands. All of it is gone when the shell ends. */
const trials: Readonly<Record<string, string>> = {
  tmpfs: 'mount -t tmpfs tmpfs /run',
  pods: 'unshare --mount --net --pid --uts --ipc --fork --mount-proc -- true',
  overlay: [
    'mkdir -p /run/upper /run/work /run/root /run/lower',
    'lay() { mount -t overlay overlay -o "lowerdir=$1,upperdir=/run/upper,workdir=/run/work,userxattr" /run/root ||',
    '  mount -t overlay overlay -o "lowerdir=$1,upperdir=/run/upper,workdir=/run/work" /run/root; }',
    'if lay /usr 2>/dev/null; then touch /run/root/portcullis-was-here; exit 0; fi',
    'lay /run/lower',
    `echo '${mountsBelow}'; exit 1`,
  ].join('\n'),
  nftables:
    "nft 'add table inet try; add chain inet try forward { type filter hook forward priority 0; policy accept; }'",
  conntrack: 'nft \'add rule inet try forward ct state established,related counter accept comment "try"\'',
  NFLOG: "nft 'add rule inet try forward log group 5 snaplen 96'",
  redirect: [
    "nft 'add table ip nat; add chain ip nat output { type nat hook output priority -100; }'",
    "nft 'add rule ip nat output tcp dport 80 redirect to :15001'",
  ].join('\n'),
};

const modules =
  'sudo modprobe -a veth overlay nf_tables nf_conntrack nf_nat nft_ct nft_nat nft_redir nft_log nfnetlink_log';

const meanings: Readonly<Record<string, { readonly ok: string; readonly without: string }>> = {
  tmpfs: { ok: 'can be mounted', without: 'no place for the files of a lab' },
  pods: { ok: 'each gets namespaces of its own', without: 'no pods' },
  overlay: {
    ok: 'each pod gets its own copy of the file system',
    without: 'pods see the files of this machine read-only',
  },
  nftables: { ok: 'policies become rules', without: 'no policies on packets' },
  conntrack: { ok: 'established connections are known', without: 'answers would be dropped' },
  NFLOG: { ok: 'drops are told', without: 'no lab drops' },
  redirect: { ok: 'traffic can be captured for sidecars', without: 'no sidecars' },
};

/** Makes the namespaces of a lab and tries in them what the kernel has to do for it. */
export async function tryKernel(env: Env): Promise<readonly Finding[]> {
  const unshare = findProgram('unshare', env);
  if (unshare === undefined) return [];
  const run = await runScript(unshare, env);
  const results = readResults(run.stdout);
  if (!results.has('namespaces'))
    return [{ name: 'namespaces', state: 'missing', ...explainRefusal(run.stderr) }];
  const made: Finding = {
    name: 'namespaces',
    state: 'ok',
    detail: `user, network, mount and process namespaces can be made${process.getuid?.() === 0 ? '' : ', as an ordinary user'}`,
  };
  return [made, ...Object.keys(trials).flatMap((name) => judge(name, results.get(name), env) ?? [])];
}

function judge(name: string, result: string | undefined, env: Env): Finding | undefined {
  const { ok, without } = meanings[name]!;
  if (result === 'ok') return { name, state: 'ok', detail: ok };
  // Without nft nothing can be said about the kernel; that nft is not there is told of the program.
  if (/^(nftables|conntrack|NFLOG|redirect)$/.test(name) && findProgram('nft', env) === undefined)
    return undefined;
  const state = name === 'NFLOG' || name === 'overlay' ? 'lacking' : 'missing';
  const detail = `${result ?? 'was not tried'}: ${without}`;
  return { name, state, detail, ...(result !== mountsBelow && { fix: modules }) };
}

/** Runs all trials in one shell; each tells `NAME: ok` or `NAME: what went wrong`. */
function runScript(unshare: string, env: Env): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const lines = Object.entries(trials).map(
    ([name, script]) =>
      `if said=$( (set -e\n${script}\n) 2>&1 ); then echo '${name}: ok'; else echo "${name}: $(echo "$said" | head -n 1)"; fi`,
  );
  // What a subshell mounts the next one sees: they share the mount namespace.
  const script = ['echo namespaces: ok', ...lines].join('\n');
  return new Promise((resolve) => {
    execFile(
      unshare,
      [...unshareFlags, '--', 'sh', '-c', script],
      { env: { ...env, PATH: systemPath(env.PATH), LC_ALL: 'C' }, timeout: 20_000 },
      (_error, stdout, stderr) => resolve({ stdout, stderr }),
    );
  });
}

function readResults(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const colon = line.indexOf(': ');
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 2)] as const];
    }),
  );
}
