/** How text looks: what a kind of it is wrapped in, and the columns that it is fitted into. The plain style colours nothing. */
export interface Style {
  readonly width: number;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly place: (text: string) => string;
}

const same = (text: string): string => text;

/** No colours: for files, pipes and tests. */
export const plainStyle: Style = {
  width: 100,
  good: same,
  bad: same,
  doubtful: same,
  strong: same,
  faint: same,
  place: same,
};

/** Colours by ANSI escapes, of the sixteen that every terminal theme sets. */
export const colourStyle: Style = {
  width: 100,
  good: colour(32, 39),
  bad: colour(31, 39),
  doubtful: colour(33, 39),
  strong: colour(1, 22),
  faint: colour(2, 22),
  place: colour(36, 39),
};

function colour(on: number, off: number): (text: string) => string {
  return (text) => (text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`);
}
