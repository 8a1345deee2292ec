import type { AuthorizerProvider, MeshSettings, Span } from '../model/index.ts';
import type { Assumption } from './assumption.ts';
import type { HelmChart } from './helm.ts';
import type { Env } from './types.ts';

/** A project file, read. Paths in it are relative to its directory. */
export interface Project {
  /** Absolute path of the file. */
  readonly path: string;
  readonly sources: readonly ProjectSource[];
  /** Settings of the mesh, without the authorizers; they win over the MeshConfig of a manifest. */
  readonly mesh: MeshSettings;
  readonly authorizers: readonly ProjectAuthorizer[];
  readonly podCIDRs?: readonly string[];
  readonly cni?: string;
  readonly assume: readonly Assumption[];
  readonly ignoreKinds: readonly string[];
}

/** What an external authorizer speaks and answers; what is not said comes from the MeshConfig of a manifest. */
export interface ProjectAuthorizer {
  readonly name: string;
  readonly protocol?: AuthorizerProvider['protocol'];
  readonly answer?: 'allow' | 'deny';
}

/** An entry of `sources`. */
export type ProjectSource = PathEntry | TemplateEntry | HelmEntry | KustomizeEntry;

interface Entry {
  /** The entry in the project file. */
  readonly span: Span;
  /** The namespace of objects that name none. */
  readonly namespace?: string;
}

/** Files, a directory or a glob, read as with `-f`. */
export interface PathEntry extends Entry {
  readonly kind: 'path';
  readonly path: string;
  readonly recursive: boolean;
}

/** Files, a directory or a glob, all filled in as templates. */
export interface TemplateEntry extends Entry {
  readonly kind: 'template';
  readonly path: string;
  readonly recursive: boolean;
  readonly env: Env;
  readonly envOnly: boolean;
}

/** A chart to render. */
export interface HelmEntry extends Entry, HelmChart {
  readonly kind: 'helm';
}

/** A directory to build. */
export interface KustomizeEntry extends Entry {
  readonly kind: 'kustomize';
  readonly path: string;
}

/**
 * The settings of the mesh: what the project file says, and where it says nothing, what the MeshConfig of a manifest does. Authorizers
 * are joined by name.
 */
export function meshSettings(
  project: Pick<Project, 'mesh' | 'authorizers'>,
  config: MeshSettings = {},
): MeshSettings {
  const settings = { ...config, ...project.mesh };
  if (project.authorizers.length === 0) return settings;
  const authorizers = new Map((config.authorizers ?? []).map((authorizer) => [authorizer.name, authorizer]));
  for (const { name, protocol, answer } of project.authorizers) {
    const known = authorizers.get(name);
    authorizers.set(name, {
      name,
      // As of an authorizer that only a policy names.
      protocol: protocol ?? known?.protocol ?? 'http',
      usable: known?.usable ?? true,
      ...(answer === undefined ? {} : { answer }),
      ...(known?.check === undefined ? {} : { check: known.check }),
    });
  }
  return { ...settings, authorizers: [...authorizers.values()] };
}
