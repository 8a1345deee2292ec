import type { IstioVersion } from './types.ts';

/** The newest release of Istio that is no candidate, as far as this Portcullis knows. */
export const newestRelease: IstioVersion = { text: '1.30.3', minor: 30 };

/** The first minor whose charts have NetworkPolicies, and the last one whose charts are known here. */
export const firstMinor = 28;
export const lastMinor = 31;

/** A version as somebody wrote it, or what is wrong with it. */
export type ParsedVersion =
  | {
      readonly kind: 'version';
      readonly version: IstioVersion;
      /** What was read into the text: a minor alone stands for its first release. */
      readonly note?: string;
    }
  | { readonly kind: 'fault'; readonly message: string; readonly help: string };

const VERSION = /^v?(\d+)\.(\d+)(?:\.(\d+))?((?:[-+.][0-9A-Za-z.+-]*)?)$/;

/**
 * Reads a version of Istio: `1.30.3`, `v1.30.3`, `1.31.0-rc.0`, or a minor alone (`1.30`), which means its `.0`. Versions without NetworkPolicies, newer
 * ones than are known, and what is no version are faults.
 */
export function parseVersion(text: string): ParsedVersion {
  const trimmed = text.trim();
  const match = VERSION.exec(trimmed);
  if (match === null) return noVersion(text, trimmed);
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const [patch, suffix] = [match[3], match[4] ?? ''];
  if (major !== 1) return unknownMinor(text, { newer: major > 1 });
  if (minor < firstMinor) return unknownMinor(text, { newer: false });
  if (minor > lastMinor) return unknownMinor(text, { newer: true });
  if (patch === undefined && suffix === '') {
    const whole = `1.${minor}.0`;
    return {
      kind: 'version',
      version: { text: whole, minor },
      note: `${text} is taken as ${whole}.`,
    };
  }
  return { kind: 'version', version: { text: trimmed.replace(/^v/, ''), minor } };
}

function unknownMinor(text: string, { newer }: { readonly newer: boolean }): ParsedVersion {
  return newer
    ? {
        kind: 'fault',
        message: `Istio ${text} is newer than this Portcullis knows: 1.${lastMinor} is the last.`,
        help: `Use 1.${lastMinor} (or ${newestRelease.text}, the newest final release known here), and compare with helm template.`,
      }
    : {
        kind: 'fault',
        message: `Istio ${text} has no NetworkPolicies of its own: they came with 1.${firstMinor}.`,
        help: /^v?1\.3$/.test(text.trim())
          ? 'Did you mean 1.30? Where 1.30 is written as a number, its last digit is lost: quote it.'
          : `The first version to have them is 1.${firstMinor}.0.`,
      };
}

/** What is no version at all, with the nearest one where some of it looks like one. */
function noVersion(text: string, trimmed: string): ParsedVersion {
  const minor = /(?:^|\D)(2[89]|3[01])(?:\D|$)/.exec(trimmed)?.[1];
  const nearest = minor === undefined ? newestRelease.text : `1.${minor}.0`;
  return {
    kind: 'fault',
    message: `${JSON.stringify(text)} is no version of Istio: expected one such as ${newestRelease.text}.`,
    help: minor === undefined ? `The newest release known here is ${nearest}.` : `Did you mean ${nearest}?`,
  };
}
