import type { YamlNode } from '../../yaml/index.ts';
import type { GoMap } from './go-values.ts';
import { originOf, type ValuePath } from './origin.ts';
import type { ComponentFinding, Release, RenderedPolicy } from './types.ts';

/** What findings look at: a release, its merged values, and the policy that they give, where they give one. */
export interface Look {
  readonly release: Release;
  readonly values: GoMap;
  /** Whether `global.networkPolicy.enabled` switches the policy on, even where the chart then has none. */
  readonly enabled: boolean;
  readonly written?: WrittenPolicy;
}

/** A policy with the text that it was read from. */
export interface WrittenPolicy {
  readonly policy: RenderedPolicy;
  readonly root: YamlNode;
  readonly text: string;
}

/** One idea of what can be worth telling. */
export type Finder = (look: Look) => readonly ComponentFinding[];

/** A finding about the value that comes to `path` of the merged ones, at the place where the user wrote it. */
export function finding(
  { release }: Look,
  what: Omit<ComponentFinding, 'path' | 'message'> & { readonly message: string; readonly path?: ValuePath },
): ComponentFinding {
  const { path, message, ...rest } = what;
  const origin = path === undefined ? undefined : originOf(release.chart, release.values, path);
  return {
    ...rest,
    message: `${release.chart}: ${message}`,
    ...(origin !== undefined && { path: origin }),
  };
}
