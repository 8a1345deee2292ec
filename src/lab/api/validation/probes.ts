import { portNameErrors } from '../../../manifest/index.ts';
import type { Container, Probe } from '../../store/index.ts';
import { forbidden, invalid, notSupported, type Refusal, required } from './refusals.ts';

const kinds = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;
const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;
const schemes = ['HTTP', 'HTTPS'];

/** Holds a container's probes against the API's rules (core/validation: validateProbe). */
export function checkProbes(container: Container, at: string): readonly Refusal[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  return [
    ...checkProbe(livenessProbe, `${at}.livenessProbe`),
    ...checkOnce(livenessProbe, `${at}.livenessProbe`),
    ...checkProbe(readinessProbe, `${at}.readinessProbe`),
    ...checkProbe(startupProbe, `${at}.startupProbe`),
    ...checkOnce(startupProbe, `${at}.startupProbe`),
  ];
}

function checkProbe(probe: Probe | undefined, at: string): readonly Refusal[] {
  if (probe === undefined) return [];
  const given = kinds.filter((kind) => probe[kind] !== undefined);
  const [first, ...others] = given;
  return [
    ...(first === undefined ? [required(at, 'must specify a handler type')] : checkHandler(probe, first, at)),
    ...others.map((kind) => forbidden(`${at}.${kind}`, 'may not specify more than 1 handler type')),
    ...counts.flatMap((field) => {
      const value = probe[field] ?? 0;
      return value < 0 ? [invalid(`${at}.${field}`, value, 'must be greater than or equal to 0')] : [];
    }),
  ];
}

function checkHandler(probe: Probe, kind: (typeof kinds)[number], at: string): readonly Refusal[] {
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (kind === 'exec') return (exec?.command?.length ?? 0) > 0 ? [] : [required(`${at}.exec.command`)];
  const port = (httpGet ?? tcpSocket ?? grpc)?.port ?? 0;
  const scheme = httpGet?.scheme ?? 'HTTP';
  return [
    ...checkPortOrName(port, `${at}.${kind}.port`),
    ...(schemes.includes(scheme) ? [] : [notSupported(`${at}.httpGet.scheme`, scheme, schemes)]),
  ];
}

/** Probes that end a container cannot ask for more than one success. */
function checkOnce(probe: Probe | undefined, at: string): readonly Refusal[] {
  const times = probe?.successThreshold ?? 1;
  return times === 1 ? [] : [invalid(`${at}.successThreshold`, times, 'must be 1')];
}

/** A port of 1 to 65535. */
export function checkPortNumber(port: number, field: string): readonly Refusal[] {
  return port >= 1 && port <= 65535 ? [] : [invalid(field, port, 'must be between 1 and 65535, inclusive')];
}

/** A port, or the name of one. */
export function checkPortOrName(port: number | string, field: string): readonly Refusal[] {
  if (typeof port === 'number') return checkPortNumber(port, field);
  return portNameErrors(port).map((why) => invalid(field, port, why));
}
