import type { Template } from './template.ts';

/** Where a server listens. */
export interface Listen {
  /** `0.0.0.0` for every address. */
  readonly address: string;
  readonly port: number;
  readonly isDefault: boolean;
}

/** What a level of the configuration hands down to the levels in it. */
export interface Settings {
  readonly root: Template;
  readonly index: readonly Template[];
  readonly headers: readonly { readonly name: string; readonly value: Template; readonly always: boolean }[];
  readonly defaultType: string;
  /** From a file's ending to its type. */
  readonly types: ReadonlyMap<string, string>;
  /** From a status to what is shown instead: the page, and the status that it is shown with (undefined: its own, 'page': that of the page). */
  readonly errorPages: ReadonlyMap<
    number,
    { readonly page: Template; readonly status: number | 'page' | undefined }
  >;
  readonly accessLog: boolean;
}

/** A word of `try_files`: a path, of a file or, where a slash stood at its end in the configuration, of a directory; without that slash. */
export interface Try {
  readonly path: Template;
  readonly directory: boolean;
}

/** `return`. */
export interface Return {
  readonly code: number;
  readonly text: Template | undefined;
}

export interface Location {
  readonly kind: 'exact' | 'prefix' | 'prefix before expressions' | 'expression';
  /** A path, or of an expression its source. */
  readonly pattern: string;
  readonly expression: RegExp | undefined;
  readonly settings: Settings;
  readonly return: Return | undefined;
  readonly alias: Template | undefined;
  readonly tryFiles: { readonly tries: readonly Try[]; readonly last: Template } | undefined;
}

export interface Server {
  readonly listens: readonly Listen[];
  readonly names: readonly string[];
  readonly settings: Settings;
  readonly return: Return | undefined;
  readonly tryFiles: { readonly tries: readonly Try[]; readonly last: Template } | undefined;
  readonly locations: readonly Location[];
}
