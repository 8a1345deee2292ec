import { suggestName } from '../../manifest/index.ts';
import { printed, toGo } from './go-values.ts';
import { pathText, userValue } from './origin.ts';
import { compatibilityNames, platformNames, profileNames } from './profiles.ts';
import type { TemplateFailure } from './template.ts';
import type { Release, Value } from './types.ts';

/** What a failure means, and what to write instead. */
export function failureHelp({ words, path }: TemplateFailure, release: Release): string {
  const unknown = /^unknown (profile|compatibility version|platform) /.exec(words)?.[1];
  const value = userValue(release.values, path);
  if (unknown !== undefined) return unknownName(unknown, value, release);
  if (path[0] === 'defaults') return 'Move what stands below defaults to the top: the chart has no such key.';
  const key = pathText(path);
  if (words.includes('incompatible types for comparison')) return wantsText(key, value);
  return [wantsMap(key, path, value), path.at(-1) === 'networkPolicy' ? switchHelp : '']
    .filter((part) => part !== '')
    .join(' ');
}

const switchHelp = 'The switch is global.networkPolicy.enabled: true.';

function unknownName(kind: string, value: Value | undefined, release: Release): string {
  const given = value === undefined || value === null ? '' : printed(toGo(value));
  const names =
    { profile: profileNames, platform: platformNames }[kind] ?? compatibilityNames(release.version);
  const listed = `${kind === 'compatibility version' ? 'Compatibility versions' : `The ${kind}s`} of ${release.version.text} are ${names.join(', ')}.`;
  if (kind === 'compatibility version') {
    const own = given === `1.${release.version.minor}`;
    if (own) return `${given} is the chart's own version: leave compatibilityVersion out. ${listed}`;
    if (typeof value === 'number')
      return `Quote it: the number ${given} is no version to the chart. ${listed}`;
  }
  if (kind === 'profile' && (given === 'default' || given === ''))
    return `The default needs no name: leave profile out. ${listed}`;
  const near = suggestName(given, names);
  return near === undefined ? listed : `Did you mean ${near}? ${listed}`;
}

function wantsText(key: string, value: Value | undefined): string {
  const shown = value === undefined || value === null ? '' : printed(toGo(value));
  return `${key} must be a text. Quote it in a values file (${key}: ${JSON.stringify(shown)}), or use --set-string.`;
}

function wantsMap(key: string, path: readonly (string | number)[], value: Value | undefined): string {
  if (path.length === 0) return '';
  if (path.at(-1) === 'ports') return `${key} must be a list of ports, each with port and targetPort.`;
  if (path.includes('ports')) return `${key} must be a map with port and targetPort, not ${describe(value)}.`;
  const instead =
    value === null ? 'Leave it out to keep what the chart has.' : 'Its values stand one level below.';
  return `${key} must be a map, not ${describe(value)}. ${instead}`;
}

function describe(value: Value | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the text ${JSON.stringify(value)}`;
  return typeof value === 'boolean'
    ? `the boolean ${value}`
    : typeof value === 'object'
      ? 'a map'
      : `the number ${value}`;
}
