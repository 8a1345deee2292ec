/**
 * Puts values in the place of `$(NAME)`; `$$` stands for one `$`, and a name without a value stays as it is written. Source: k8s.io/kubernetes/third_party/forked/golang/expansion.
 */
export function expand(text: string, value: (name: string) => string | undefined): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (value(name) ?? whole),
  );
}
