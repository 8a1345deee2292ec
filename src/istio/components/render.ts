import type { YamlProblem } from '../../yaml/index.ts';
import { policyPlace } from './common-text.ts';
import { failureHelp } from './failure-help.ts';
import { findingsOf, findSchemaFaults } from './findings/index.ts';
import { type GoMap, isSet, valueAt } from './go-values.ts';
import { mergedValues } from './merged-values.ts';
import { hasTemplate, policyTextOf } from './outcome.ts';
import { readPolicy } from './read-policy.ts';
import { TemplateFailure } from './template.ts';
import type { Release, Rendering } from './types.ts';

/**
 * What a chart renders as its NetworkPolicy: the object as Kubernetes reads it, none with the reason, or Helm's failure. Only the templates that have a
 * part in it are followed; where another template of the chart is known to stop Helm, a finding says so beside the result.
 */
export function renderComponent(release: Release): Rendering {
  try {
    return rendered(release, mergedValues(release));
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    const { message, path } = error;
    const help = failureHelp(error, release);
    return {
      kind: 'failed',
      message,
      help,
      ...(path.length > 0 && { path }),
      findings: findSchemaFaults({ release }),
    };
  }
}

function rendered(release: Release, values: GoMap): Rendering {
  const text = policyTextOf(release, values);
  const enabled = text !== undefined || isEnabled(values);
  if (text === undefined) {
    const findings = findingsOf({ release, values, enabled });
    return { kind: 'none', why: reason(release, values, enabled), findings };
  }
  const read = readPolicy(text);
  if (read.kind === 'unreadable') return unreadable(release, text, read.problem);
  const { written } = read;
  const { name } = written.policy.metadata;
  if (typeof name === 'object' && name !== null) return nameOfManyParts(release, name);
  return {
    kind: 'policy',
    policy: written.policy,
    findings: findingsOf({ release, values, enabled, written }),
  };
}

/** Helm reads what a template gives, to sort it, and stops where that is no YAML. */
function unreadable(release: Release, text: string, { start, message }: YamlProblem): Rendering {
  const line = text.slice(0, start).split('\n').length;
  return {
    kind: 'failed',
    message: `YAML parse error on ${policyPlace(release).template}: error converting YAML to JSON: yaml: line ${line}: ${message.replace(/\.$/, '')}`,
    help: `The line reads ${JSON.stringify(text.split('\n')[line - 1])}: ${unquoted} breaks the text.`,
    findings: findSchemaFaults({ release }),
  };
}

const unquoted =
  'the template prints names unquoted, so a name with signs of YAML in it (: # [ { and the like)';

/** Helm takes numbers and booleans for the name of an object, but no list and no map. */
function nameOfManyParts(release: Release, name: object): Rendering {
  const type = Array.isArray(name) ? 'array' : 'object';
  return {
    kind: 'failed',
    message: `YAML parse error on ${policyPlace(release).template}: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${type} into Go struct field .metadata.name of type string`,
    help: `The name comes out as ${type === 'array' ? 'a list' : 'a map'}: ${unquoted} becomes something else.`,
    findings: findSchemaFaults({ release }),
  };
}

function isEnabled(values: GoMap): boolean {
  return isSet(valueAt(values, ['global', 'networkPolicy', 'enabled']));
}

/** Why there is no policy. */
function reason(release: Release, values: GoMap, enabled: boolean): string {
  const { chart, version } = release;
  if (!hasTemplate(release)) {
    return `the chart has one since Istio 1.29, and this is ${version.text}`;
  }
  if (enabled && chart === 'istiod') {
    const scope = valueAt(values, ['global', 'resourceScope']);
    return `global.resourceScope is ${scope === null ? 'null' : JSON.stringify(scope)}; it comes with "all" and "namespace"`;
  }
  return 'global.networkPolicy.enabled is not set; --set global.networkPolicy.enabled=true switches it on';
}
