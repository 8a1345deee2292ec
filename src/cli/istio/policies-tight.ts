import { type ComponentCheck, checkComponents, outcomeOfCheck } from '../../istio/check/index.ts';
import type { Component, Surroundings } from '../../istio/components/index.ts';
import {
  type Compared,
  compareWithOwn,
  impliedIstiod,
  type KnownSurroundings,
  markHostPods,
  markPlanes,
  overrideSeen,
  surroundingsOf,
  type Tight,
  tightPolicies,
} from '../../istio/tight/index.ts';
import { readManifests } from '../../manifest/index.ts';
import { type ModelObject, type NetworkPolicy, qualifiedName } from '../../model/index.ts';
import {
  componentCheckToJson,
  formatComponentCheckText,
  formatJson,
  formatLessText,
  formatTightYaml,
  type JsonValue,
  lessToJson,
  listBroken,
  type Style,
  summarizeCheck,
  summarizeLess,
  tightToJson,
} from '../../report/index.ts';
import { findProject } from '../../sources/index.ts';
import { exitCodes, usageError } from '../exit.ts';
import { type Gathered, namesSources } from '../gather.ts';
import { tellerOf } from '../tell.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { gatherSurrounding, readPolicyTexts, readRendered } from './cluster-input.ts';
import type { ReadInstallation } from './installation.ts';
import type { PoliciesFlags } from './policies.ts';
import { exitOf, tellFindings } from './policies-check.ts';
import { failuresOf, findingDiagnostic } from './tell-entries.ts';
import { scopeOf } from './tight-scope.ts';
import { noteOfTargets } from './tight-targets.ts';

/** Runs `istio policies --tight`, with --check too, and gives the exit code. Throws Refusal. */
export async function runTight(
  installation: ReadInstallation,
  said: Surroundings,
  flags: PoliciesFlags,
  terminal: Terminal,
): Promise<number> {
  const isChecked = flags.check === true;
  if (flags.output === 'table' || (isChecked && flags.output === 'yaml')) {
    throw noSuchOutput(flags.output, isChecked);
  }
  const usesCluster =
    namesSources(flags) || flags.git !== undefined || (isChecked && findProject(terminal.cwd) !== undefined);
  const gathered = usesCluster ? await gatherSurrounding(flags, terminal) : undefined;
  const scope = scopeOf(installation, flags, gathered, terminal);
  const { entries, components, found, only, targets, own } = scope;
  const seen = seenIn(gathered, said);
  const rendered = readRendered(own).policies;
  const beside = gathered === undefined ? [] : thereAlready(rendered, gathered.manifests.objects);
  const tight = tightPolicies({ components, only, found, targets, beside, ...seen });
  const failures = failuresOf(entries);
  tellerOf(
    terminal,
    flags.color,
  )([
    ...installation.diagnostics,
    ...failures,
    ...[...seen.findings, ...tight.findings].map((finding) => findingDiagnostic(finding, () => undefined)),
  ]);
  const note = noteOfTargets(flags.for, gathered?.cluster);
  if (note !== undefined) terminal.warn(`note: ${note}\n`);
  const situation = { components, surroundings: seen.surroundings, tight, gathered, rendered };
  const code = isChecked ? checkTight(situation, flags, terminal) : printTight(situation, flags, terminal);
  return failures.length > 0 ? exitCodes.expectationFailed : code;
}

/** What a cluster shows and flags say of what lies around Istio. */
function seenIn(gathered: Gathered | undefined, said: Surroundings): KnownSurroundings {
  if (gathered === undefined)
    return { ...overrideSeen({ surroundings: {}, seen: {} }, said), notes: {}, findings: [] };
  const { cluster } = gathered;
  const all = surroundingsOf(cluster, said);
  return { ...all, surroundings: markPlanes(cluster, markHostPods(cluster, all.surroundings)) };
}

interface Situation {
  readonly components: readonly Component[];
  readonly surroundings: Surroundings;
  readonly tight: Tight;
  readonly gathered: Gathered | undefined;
  /** What Istio renders where its policies are switched on. */
  readonly rendered: readonly NetworkPolicy[];
}

/** Istio's own policies that the cluster has. */
function thereAlready(
  rendered: readonly NetworkPolicy[],
  objects: readonly ModelObject[],
): readonly NetworkPolicy[] {
  const names = new Set(rendered.map(qualifiedName));
  return objects.filter(
    (object): object is NetworkPolicy => object.kind === 'NetworkPolicy' && names.has(qualifiedName(object)),
  );
}

/** Checks the policies by the flows that Istio needs, and compares them with Istio's own. */
function examine({ components, surroundings, tight, gathered, rendered }: Situation): {
  readonly check: ComponentCheck;
  readonly compared: Compared;
} {
  const manifests = gathered?.manifests ?? readManifests([]);
  const options = gathered?.options ?? {};
  const text = formatTightYaml(tight.policies);
  const { policies } = readPolicyTexts([{ name: 'tight (made)', text }]);
  const istiod = impliedIstiod(components, surroundings);
  const around = istiod === undefined ? surroundings : { ...surroundings, istiod };
  const base = { manifests, options, components, surroundings: around };
  const ofOthers = new Set(tight.policies.filter(({ of }) => of === 'target').map(qualify));
  const others = policies.filter(({ metadata }) => ofOthers.has(qualify(metadata)));
  const replaced = rendered.map(({ metadata: { namespace, name } }) => ({ namespace, name }));
  return {
    check: checkComponents({ ...base, policies, others, replaced }),
    compared: compareWithOwn({ ...base, own: rendered, policies: tight.policies, tight: policies }),
  };
}

function qualify({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** Prints the policies; what they close and whether they let through what Istio needs is told beside them. */
function printTight(situation: Situation, flags: PoliciesFlags, terminal: Terminal): number {
  const { check, compared } = examine(situation);
  const { policies, findings } = situation.tight;
  if (flags.output === 'text') terminal.print(formatLessText(compared, styleOf(flags, terminal)));
  else {
    const isJson = flags.output === 'json';
    terminal.print(isJson ? formatJson(tightToJson(policies)) : formatTightYaml(policies));
    for (const line of summarizeLess(compared)) terminal.warn(`note: ${line}\n`);
  }
  terminal.warn(
    `note: ${summarizeCheck(check)}${flags.output === 'text' ? '' : '; --check shows each flow, -o text what is closed'}\n`,
  );
  const broken = listBroken(check);
  if (broken !== '') terminal.warn(`note: broken with these policies: ${broken}\n`);
  const isBroken =
    outcomeOfCheck(check) === 'findings' || findings.some(({ severity }) => severity === 'error');
  return isBroken ? exitCodes.expectationFailed : exitCodes.ok;
}

function checkTight(situation: Situation, flags: PoliciesFlags, terminal: Terminal): number {
  const { check, compared } = examine(situation);
  tellFindings(check, flags, terminal);
  if (flags.output === 'json') {
    const document = componentCheckToJson(check) as { readonly [key: string]: JsonValue };
    terminal.print(formatJson({ ...document, comparison: lessToJson(compared) }));
  } else {
    const style = styleOf(flags, terminal);
    terminal.print(`${formatComponentCheckText(check, style)}\n${formatLessText(compared, style)}`);
  }
  return exitOf(check);
}

function styleOf({ color }: PoliciesFlags, terminal: Terminal): Style {
  return styleFor(terminal, 'print', color);
}

function noSuchOutput(output: string | undefined, isChecked: boolean): Error {
  return usageError(`${isChecked ? '--tight --check' : '--tight'} has no -o ${output}`, [
    isChecked
      ? 'it prints text, or JSON with -o json'
      : 'it prints YAML, JSON with -o json, or what is closed with -o text',
  ]);
}
