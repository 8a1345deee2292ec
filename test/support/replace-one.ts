/** The same value with the node at `place`, counted in reading order, replaced, or with one more key where it is a mapping. */
export function replaceOne(root: unknown, place: number, value: unknown): unknown {
  const holder = { root };
  const places: (() => void)[] = [];
  const visit = (parent: object): void => {
    for (const [key, child] of Object.entries(parent)) {
      places.push(() => Object.assign(parent, { [key]: value }));
      if (typeof child === 'object' && child !== null) visit(child);
    }
    if (!Array.isArray(parent)) places.push(() => Object.assign(parent, { path: value }));
  };
  visit(holder);
  places[place % places.length]?.();
  return holder.root ?? null;
}
