import { release } from 'node:os';
import { formatJson, type JsonValue, reportVersion, type Style } from '../../report/index.ts';
import { exitCodes } from '../exit.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { fixForAll, readDistribution } from './distribution.ts';
import type { DoctorFlags } from './doctor.ts';
import { lookForEnvoy } from './doctor-envoy.ts';
import { lookAtInotify } from './doctor-inotify.ts';
import { tryKernel } from './doctor-kernel.ts';
import { tryLibraries } from './doctor-libraries.ts';
import { findPrograms, installable } from './doctor-programs.ts';
import type { Finding } from './finding.ts';

/** Examines this machine and gives the exit code. */
export async function doctor({ output }: DoctorFlags, terminal: Terminal): Promise<number> {
  const findings = await examine(terminal.env);
  terminal.print(
    output === 'json' ? formatJson(toJson(findings)) : format(findings, styleFor(terminal, 'print')),
  );
  return isAble(findings) ? exitCodes.ok : exitCodes.expectationFailed;
}

/** Finds out what this machine can do, by trying it. */
export async function examine(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<readonly Finding[]> {
  if (process.platform !== 'linux') return [otherSystem(process.platform)];
  const linux: Finding = { name: 'Linux', state: 'ok', detail: `${release()} ${process.arch}` };
  const programs = findPrograms(env);
  const envoy = lookForEnvoy(env);
  const forEnvoy = envoy.state === 'ok' ? lookAtInotify() : [];
  return [linux, ...(await tryKernel(env)), ...(await tryLibraries()), ...programs, envoy, ...forEnvoy];
}

/** True where nothing is missing that a lab cannot do without. */
function isAble(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== 'missing');
}

/** What is missing and what helps, in lines; none where a lab is possible. */
export function adviceOf(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ state }) => state === 'missing')
    .flatMap(({ name, detail, fix }) => [`${name}: ${detail}`, ...(fix === undefined ? [] : [`  ${fix}`])]);
}

function otherSystem(platform: string): Finding {
  const name = platform === 'darwin' ? 'macOS' : platform === 'win32' ? 'Windows' : platform;
  const folder = platform === 'win32' ? '%cd%' : '$PWD';
  return {
    name: 'Linux',
    state: 'missing',
    detail: `this is ${name}; a lab needs the kernel of Linux, in a virtual machine${platform === 'win32' ? ' (WSL 2)' : ''} or a container`,
    fix: `docker run -it --rm --privileged -v "${folder}:/portcullis" -w /portcullis node:24-bookworm npm start`,
  };
}

const marks = { ok: '✓', missing: '✗', lacking: '·' } as const;

function format(findings: readonly Finding[], style: Style): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const paints = { ok: style.good, missing: style.bad, lacking: style.doubtful };
  const lines = findings.flatMap(({ name, state, detail, fix }) => [
    `${paints[state](marks[state])} ${name.padEnd(width)}  ${detail}`,
    ...(fix === undefined ? [] : [`  ${' '.repeat(width)}  ${style.strong(fix)}`]),
  ]);
  const able = isAble(findings);
  const head = able ? 'This machine can run a lab.' : 'This machine cannot run a lab as it is.';
  return [style.strong(head), '', ...lines, ...oneCommand(findings, style), ''].join('\n');
}

/** Where several packages are missing, all of them at once. */
function oneCommand(findings: readonly Finding[], style: Style): readonly string[] {
  const absent = findings.filter(({ state, name }) => state !== 'ok' && installable.has(name));
  if (absent.length < 2) return [];
  const names = absent.map(({ name }) => name);
  return ['', `All of these packages at once:`, `  ${style.strong(fixForAll(names, readDistribution()))}`];
}

function toJson(findings: readonly Finding[]): JsonValue {
  return {
    apiVersion: reportVersion,
    kind: 'LabDoctor',
    able: isAble(findings),
    findings: findings.map(({ name, state, detail, fix }) => ({ name, state, detail, fix })),
  };
}
