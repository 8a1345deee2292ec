const ids = new WeakMap<object, number>();
let lastId = 0;

/** A number of its own for every object. */
export function idOf(object: object): number {
  const id = ids.get(object) ?? ++lastId;
  ids.set(object, id);
  return id;
}
