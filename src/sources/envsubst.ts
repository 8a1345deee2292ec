/** A `$NAME` or `${NAME}` in a text, in UTF-16 offsets of that text. */
export interface Reference {
  readonly variable: string;
  readonly start: number;
  readonly end: number;
}

export interface Filled {
  readonly text: string;
  /** The references for which no value was given; they stand in the text as before. */
  readonly unset: readonly Reference[];
}

/**
 * Replaces `$NAME` and `${NAME}`, as GNU envsubst does: a name is letters, digits and `_` and begins with no digit, and nothing else
 * is special. So `$$`, `$1`, `${NAME:-x}` and `\$` stay, `$$NAME` is a dollar and the value, and values are not filled in again. Other than envsubst, a
 * variable for which `lookUp` gives undefined stays in the text; envsubst would put nothing in its place.
 */
export function fillVariables(text: string, lookUp: (variable: string) => string | undefined): Filled {
  const unset: Reference[] = [];
  const filled = text.replace(reference, (found, braced: string | undefined, bare: string, start: number) => {
    const variable = braced ?? bare;
    const value = lookUp(variable);
    if (value === undefined) unset.push({ variable, start, end: start + found.length });
    return value ?? found;
  });
  return { text: filled, unset };
}

const reference = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;
