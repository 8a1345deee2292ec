const goTime = /(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)/;

/** The last time that Go's `log` package wrote in a text (`2006/01/02 15:04:05.000000`), as ISO 8601 without a zone. */
export function goTimeBefore(head: string): string | undefined {
  const slash = head.lastIndexOf('/');
  const last = slash < 0 ? null : goTime.exec(head.slice(Math.max(0, slash - 7)));
  return last === null ? undefined : `${last[1]}-${last[2]}-${last[3]}T${last[4]}`;
}
