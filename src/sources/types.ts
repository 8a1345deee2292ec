import type { Diagnostic, Source } from '../model/index.ts';

/** Values for templates by variable name; undefined = take it from the environment. */
export type Env = ReadonlyMap<string, string | undefined>;

/** What a command line asks to read. */
export interface SourceRequest {
  /** Files, directories and globs, relative to `cwd`; `-` is standard input. */
  readonly files: readonly string[];
  /** Directories to build with kustomize. */
  readonly kustomize?: readonly string[];
  /** Also read the directories below the directories named. */
  readonly recursive: boolean;
  readonly env: Env;
  /** Fill in only the variables in `env` and leave every other `$NAME` as it is. */
  readonly envOnly?: boolean;
  readonly cwd: string;
  /** The name by which the user knows a path; left out = the path as it was given. */
  readonly display?: (path: string) => string;
  /** Gives all of standard input; called at most once, and only for `-`. */
  readonly stdin: () => Promise<Uint8Array> | Uint8Array;
}

export interface LoadedSource {
  readonly source: Source;
  /** The namespace of its objects that name none. */
  readonly namespace?: string;
}

export interface Loaded {
  readonly sources: readonly LoadedSource[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One thing to read, found by a path that was asked for. `path` is absolute and without symbolic links. */
export interface Piece {
  readonly kind: 'file' | 'kustomization';
  readonly name: string;
  readonly path: string;
}

/** Pieces in the order in which they are read. */
export interface Expansion {
  readonly pieces: readonly Piece[];
  readonly diagnostics: readonly Diagnostic[];
}
