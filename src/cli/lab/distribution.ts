import { readFileSync } from 'node:fs';

/** Package managers, each with the command that installs. */
const installers = {
  apt: 'sudo apt-get install -y --no-install-recommends',
  dnf: 'sudo dnf install -y',
  pacman: 'sudo pacman -S --needed',
  apk: 'sudo apk add',
  zypper: 'sudo zypper install -y',
} as const;

export type PackageManager = keyof typeof installers;

/** What a program's package is called, where it is not called like the program. */
interface PackageNames {
  readonly all: string;
  readonly apt?: string;
  readonly dnf?: string;
  readonly apk?: string;
  readonly zypper?: string;
}

const packages: Readonly<Record<string, PackageNames>> = {
  unshare: { all: 'util-linux', apk: 'util-linux-misc' },
  nsenter: { all: 'util-linux', apk: 'util-linux-misc' },
  setpriv: { all: 'util-linux', apk: 'setpriv' },
  mount: { all: 'util-linux', apt: 'mount', apk: 'mount' },
  ip: { all: 'iproute2', dnf: 'iproute' },
  nft: { all: 'nftables' },
  curl: { all: 'curl' },
  nginx: { all: 'nginx' },
  bash: { all: 'bash' },
  pip3: { all: 'python3-pip', apk: 'py3-pip' },
  envsubst: { all: 'gettext', apt: 'gettext-base', zypper: 'gettext-runtime' },
};

/** The manager of this machine's packages by /etc/os-release (`ID`, `ID_LIKE`); undefined for distributions that are not known. */
export function readDistribution(text: string = readOsRelease()): PackageManager | undefined {
  const value = (key: string): string => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  const names = `${value('ID')} ${value('ID_LIKE')}`.split(' ');
  if (names.some((name) => name === 'debian' || name === 'ubuntu')) return 'apt';
  if (names.some((name) => ['fedora', 'rhel', 'centos'].includes(name))) return 'dnf';
  if (names.includes('arch')) return 'pacman';
  if (names.includes('alpine')) return 'apk';
  return names.some((name) => /suse/.test(name)) ? 'zypper' : undefined;
}

/** The one command that brings a program to this machine. */
export function fixFor(program: string, manager: PackageManager | undefined): string {
  return fixForAll([program], manager);
}

/** The one command that brings several programs; those of no package are left to `fixFor`. */
export function fixForAll(programs: readonly string[], manager: PackageManager | undefined): string {
  const [first = ''] = programs;
  if (first === 'kubectl') return kubectlFix(manager);
  if (first === 'istioctl') return 'curl -fsSL https://istio.io/downloadIstio | sh -';
  const names = [...new Set(programs.map((program) => packageOf(program, manager)))].join(' ');
  return manager === undefined
    ? `install the ${names.includes(' ') ? 'packages' : 'package'} ${names}`
    : `${installers[manager]} ${names}`;
}

function packageOf(program: string, manager: PackageManager | undefined): string {
  const names = packages[program] ?? { all: program };
  return (manager === undefined || manager === 'pacman' ? undefined : names[manager]) ?? names.all;
}

/** Arch and Alpine have a package of it; elsewhere packages are old or differently named from release to release. Source: kubernetes.io/docs/tasks/tools. */
function kubectlFix(manager: PackageManager | undefined): string {
  if (manager === 'pacman' || manager === 'apk') return `${installers[manager]} kubectl`;
  const machine = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const place = `https://dl.k8s.io/release/v1.32.4/bin/linux/${machine}/kubectl`;
  return `curl -fsSLo /tmp/kubectl ${place} && sudo install -m 755 /tmp/kubectl /usr/local/bin/kubectl`;
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
