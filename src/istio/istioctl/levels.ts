/** Levels of Envoy's log, from the most to the least talkative. */
export const envoyLevels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const;
export type EnvoyLevel = (typeof envoyLevels)[number];

/** Reads a level as Envoy and istioctl do: Envoy's own words in lower case, and `warn`. */
export function readEnvoyLevel(text: string): EnvoyLevel | undefined {
  if (text === 'warn') return 'warning';
  return envoyLevels.find((known) => known === text);
}
