import type { StringMap } from '../../store/index.ts';

/** What istio-init is told to capture. Port lists and ranges are those of istio-iptables: `*`, or values between commas. */
export interface CaptureSettings {
  readonly outboundPort: number;
  readonly inboundPort: number;
  readonly tunnelPort: number;
  readonly includeInboundPorts: string;
  readonly excludeInboundPorts: string;
  readonly includeOutboundRanges: string;
  readonly excludeOutboundRanges: string;
  readonly includeOutboundPorts: string;
  readonly excludeOutboundPorts: string;
}

const flags: Readonly<Record<string, keyof CaptureSettings>> = {
  '-p': 'outboundPort',
  '-z': 'inboundPort',
  '-e': 'tunnelPort',
  '-b': 'includeInboundPorts',
  '-d': 'excludeInboundPorts',
  '-i': 'includeOutboundRanges',
  '-x': 'excludeOutboundRanges',
  '-q': 'includeOutboundPorts',
  '-o': 'excludeOutboundPorts',
};

const defaults: CaptureSettings = {
  outboundPort: 15001,
  inboundPort: 15006,
  tunnelPort: 15008,
  includeInboundPorts: '',
  excludeInboundPorts: '',
  includeOutboundRanges: '',
  excludeOutboundRanges: '',
  includeOutboundPorts: '',
  excludeOutboundPorts: '',
};

/** Reads the arguments of `istio-iptables`. Flags that change nothing here (`-u`, `-m`, `--log_output_level`) are passed over. */
export function readCaptureArguments(args: readonly string[]): CaptureSettings {
  const settings: Record<keyof CaptureSettings, string | number> = { ...defaults };
  for (const [index, flag] of args.entries()) {
    const field = flags[flag];
    const value = args[index + 1];
    if (field === undefined || value === undefined) continue;
    settings[field] = typeof defaults[field] === 'number' ? Number(value) : value;
  }
  return settings as CaptureSettings;
}

/** The arguments of istio-init that a pod's annotations come to. Source: istio's injection template. */
export function captureArguments(annotations: StringMap): readonly string[] {
  const of = (name: string): string | undefined => annotations[`traffic.sidecar.istio.io/${name}`];
  const status = annotations['status.sidecar.istio.io/port'] ?? '15020';
  const excluded = of('excludeInboundPorts') ?? '';
  const excludedWithStatus =
    status === '0' ? excluded : [excluded, status].filter((text) => text !== '').join(',');
  return [
    'istio-iptables',
    '-p',
    '15001',
    '-z',
    '15006',
    '-u',
    '1337',
    '-m',
    'REDIRECT',
    '-i',
    of('includeOutboundIPRanges') ?? '*',
    '-x',
    of('excludeOutboundIPRanges') ?? '',
    '-b',
    of('includeInboundPorts') ?? '*',
    '-d',
    ['15090,15021', excludedWithStatus].filter((text) => text !== '').join(','),
    ...pair('-q', of('includeOutboundPorts')),
    ...pair('-o', of('excludeOutboundPorts')),
    '--log_output_level=default:info',
  ];
}

function pair(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, value];
}
