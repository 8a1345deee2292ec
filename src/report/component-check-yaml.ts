import type { ComponentCheck } from '../istio/check/index.ts';

/** The repairs of a check as `kubectl apply -f -` takes them, with the reason of each rule as a comment. '' where nothing is cut off. */
export function formatComponentRepairs({ cutOff }: ComponentCheck): string {
  return cutOff.map(({ repair }) => (repair === undefined ? '' : `---\n${repair.yaml.trimEnd()}\n`)).join('');
}
