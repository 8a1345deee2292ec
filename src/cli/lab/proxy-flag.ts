import { Option } from 'commander';
import { type EnvoyProgram, findEnvoy, oldestEnvoy, type ProxyChoice } from '../../lab/index.ts';
import { unavailable } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { roomForEnvoys } from './doctor-inotify.ts';

/** The flag of the verbs that start labs. */
export interface ProxyFlag {
  readonly proxy?: ProxyChoice['kind'];
}

/** `--proxy`: what sidecars are. */
export function proxyOption(): Option {
  return new Option(
    '--proxy <kind>',
    "what sidecars are: real Envoy, or the lab's own; Envoy where this machine has one",
  ).choices(['envoy', 'built-in']);
}

/**
 * What sidecars are to be: as the flag says, else Envoy where there is one, and room for so many `pods`. Throws a Refusal where Envoy is asked for and not there.
 */
export async function chooseProxy(
  { proxy }: ProxyFlag,
  { env }: Terminal,
  pods: number = 0,
): Promise<ProxyChoice> {
  if (proxy === 'built-in') return { kind: 'built-in' };
  const { usable, unusable } = findEnvoy(env);
  if (usable !== undefined) {
    if (proxy === 'envoy' || pods <= roomForEnvoys()) return { kind: 'envoy', ...usable };
    const why = `there is no room for ${pods} pods with Envoy; portcullis lab doctor names the setting`;
    return { kind: 'built-in', why };
  }
  if (proxy === undefined) return { kind: 'built-in', why: 'portcullis lab doctor says how to get Envoy' };
  const { envoyFix } = await import('./doctor-envoy.ts');
  throw unavailable('this machine has no Envoy that sidecars could be', [
    ...(unusable === undefined ? [] : [describeUnusable(unusable)]),
    envoyFix(env),
    "or --proxy built-in: sidecars of the lab's own, which need nothing",
  ]);
}

/** Says, once for a lab, what its sidecars are. */
export function tellProxy(choice: ProxyChoice, terminal: Terminal): void {
  const advice = choice.kind === 'built-in' && choice.why !== undefined ? `; ${choice.why}` : '';
  terminal.warn(`sidecars: ${proxyWords(choice)}${advice}\n`);
}

/** `Envoy 1.40.0`, `built-in`. */
export function proxyWords(choice: ProxyChoice): string {
  return choice.kind === 'envoy' ? `Envoy ${choice.version}` : choice.kind;
}

/** Why an Envoy on PATH is passed over. */
export function describeUnusable({ path, version }: EnvoyProgram): string {
  return version === undefined
    ? `${path} does not tell its version`
    : `${path} is ${version}, and sidecars need ${oldestEnvoy} or newer`;
}
