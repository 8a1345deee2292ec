import type { PolicyHabits } from '../cluster/index.ts';
import type { ImplementationTopic } from '../model/index.ts';

/** What a network plugin does where Kubernetes leaves it open. */
export type Habit =
  | 'policy applies'
  | 'exempt'
  | 'asks Baseline'
  | 'skips Baseline'
  | 'by name'
  | 'first'
  | 'any'
  | 'preserved'
  | 'node';

/** The habits that each topic can have; the setting `cni` may name them: `hairpin=exempt`. */
const choices: Partial<Record<ImplementationTopic, readonly Habit[]>> = {
  hairpin: ['policy applies', 'exempt'],
  'baseline skip': ['asks Baseline', 'skips Baseline'],
  'priority tie': ['by name'],
  'repeated port name': ['first', 'any'],
  'source NAT': ['preserved', 'node'],
};

/** Habits by plugin name, each read in the plugin's own code; a plugin that is not here has to be described by topics. */
const plugins: Readonly<Record<string, Partial<Record<ImplementationTopic, Habit>>>> = {
  // pkg/networkpolicy of kubernetes-sigs/kube-network-policies, 2026-08.
  'kube-network-policies': {
    'baseline skip': 'skips Baseline',
    'priority tie': 'by name',
    'repeated port name': 'any',
  },
};

/** What the plugin does about `topic`, as the setting `cni` says; undefined where it says nothing of it. */
export function pluginDecides(cni: string | undefined, topic: ImplementationTopic): Habit | undefined {
  if (cni === undefined) return undefined;
  for (const part of cni.split(',')) {
    const [name, value] = part.split('=', 2);
    if (value === undefined && Object.hasOwn(plugins, name!)) return plugins[name!]![topic];
    if (value !== undefined && slug(topic) === name)
      return choices[topic]?.find((habit) => slug(habit) === value);
  }
  return undefined;
}

/** The habits that rules themselves need to know. */
export function habitsOf(cni: string | undefined): PolicyHabits {
  if (cni === undefined) return noHabits;
  const repeated = pluginDecides(cni, 'repeated port name');
  const byName = pluginDecides(cni, 'priority tie') === 'by name';
  return {
    ...((repeated === 'first' || repeated === 'any') && { repeatedPortName: repeated }),
    ...(byName && { priorityTie: 'by name' }),
  };
}

const noHabits: PolicyHabits = {};

/** Says what is wrong with a `cni` setting, or undefined if it is a known plugin or a list of `topic=habit`. */
export function checkPlugin(cni: string): string | undefined {
  for (const part of cni.split(',')) {
    const [name, value] = part.split('=', 2);
    const topic = (Object.keys(choices) as ImplementationTopic[]).find(
      (candidate) => slug(candidate) === name,
    );
    const habits = topic === undefined ? [] : (choices[topic] ?? []).map(slug);
    if (value === undefined ? Object.hasOwn(plugins, name!) : habits.includes(value)) continue;
    const topics = (Object.entries(choices) as [string, readonly string[]][]).map(
      ([key, list]) => `${slug(key)}=${list.map(slug).join('|')}`,
    );
    return `unknown network plugin or habit ${JSON.stringify(part)}; known are ${[...Object.keys(plugins), ...topics].join(', ')}`;
  }
  return undefined;
}

function slug(words: string): string {
  return words.toLowerCase().replaceAll(' ', '-');
}
