/**
 * A map with its values changed, each when it is first asked for. An assumption changes a handful of pods that anybody will look at, in a cluster that
 * may have ten thousand.
 */
export class ChangedMap<V> implements ReadonlyMap<string, V> {
  readonly #base: ReadonlyMap<string, V>;
  readonly #change: (value: V) => V;
  readonly #changed = new Map<string, V>();

  constructor(base: ReadonlyMap<string, V>, change: (value: V) => V) {
    this.#base = base;
    this.#change = change;
  }

  get size(): number {
    return this.#base.size;
  }

  has(key: string): boolean {
    return this.#base.has(key);
  }

  get(key: string): V | undefined {
    const known = this.#changed.get(key);
    if (known !== undefined) return known;
    const value = this.#base.get(key);
    if (value === undefined) return undefined;
    const changed = this.#change(value);
    this.#changed.set(key, changed);
    return changed;
  }

  keys(): MapIterator<string> {
    return this.#base.keys();
  }

  *entries(): MapIterator<[string, V]> {
    for (const key of this.#base.keys()) yield [key, this.get(key)!];
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(callback: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }
}
