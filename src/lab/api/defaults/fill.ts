export type Fields = Readonly<Record<string, unknown>>;

/** The object with values for the fields that it lacks; an empty text counts as lacking, as in Go. Gives the object itself where it has them all. */
export function fill<T extends object>(object: T, values: Fields): T {
  const fields = object as Fields;
  const missing = Object.entries(values).filter(
    ([name]) => fields[name] === undefined || fields[name] === null || fields[name] === '',
  );
  return missing.length === 0 ? object : { ...object, ...Object.fromEntries(missing) };
}

/** The object with one field changed, if it has it. Gives the object itself where the change is none. */
export function change<T extends object>(object: T, field: string, by: (value: never) => unknown): T {
  const old = (object as Fields)[field];
  if (old === undefined || old === null) return object;
  const value = by(old as never);
  return value === old ? object : { ...object, [field]: value };
}

/** The same for every member of a list. */
export function changeEach<T extends object>(object: T, field: string, by: (member: never) => unknown): T {
  return change(object, field, (list: readonly never[]) => {
    if (!Array.isArray(list)) return list;
    const changed = list.map((member) => by(member as never));
    return changed.some((member, i) => member !== list[i]) ? changed : list;
  });
}
