import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** A verb of the command line: what help shows of it, and the file that knows it. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Loads the verb with its flags; its action sets `terminal.exitCode`. */
  readonly load: () => Promise<(terminal: Terminal) => Command>;
}

/** All verbs, in the order in which help shows them. Only the one that is called is loaded. */
export const verbs: readonly Verb[] = [
  {
    name: 'check',
    summary: 'may FROM talk to TO? the verdict, with its proof',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'map',
    summary: 'who can reach whom, on which ports, with which requests',
    load: async () => (await import('./map.ts')).mapCommand,
  },
  {
    name: 'diff',
    summary: 'what changed manifests change in who may talk to whom',
    load: async () => (await import('./diff.ts')).diffCommand,
  },
  {
    name: 'lint',
    summary: 'policies that do not do what they seem to, each with a request that shows it',
    load: async () => (await import('./lint.ts')).lintCommand,
  },
  {
    name: 'test',
    summary: 'tests of policies: cases, tables and statements; coverage and mutants',
    load: async () => (await import('./test.ts')).testCommand,
  },
  {
    name: 'logs',
    summary: 'who was allowed or denied what, by the logs of proxies and network plugins',
    load: async () => (await import('./logs.ts')).logsCommand,
  },
  {
    name: 'debug',
    summary: 'why was this denied? from a log or a symptom to the rule that decided',
    load: async () => (await import('./debug.ts')).debugCommand,
  },
  {
    name: 'istio',
    summary: "Istio's own NetworkPolicies: what they will be, what they break, how to make them tighter",
    load: async () => (await import('./istio.ts')).istioCommand,
  },
  {
    name: 'authz',
    summary: 'which AuthorizationPolicies a proxy enforces, from its config dump, as istioctl shows it',
    load: async () => (await import('./authz.ts')).authzCommand,
  },
  {
    name: 'proxy-config',
    summary: "levels of the loggers of a lab's proxies, as istioctl shows and sets them",
    load: async () => (await import('./proxy-config.ts')).proxyConfigCommand,
  },
  {
    name: 'lab',
    summary: 'the same policies on real packets: a small mesh on this machine, without a cluster',
    load: async () => (await import('./lab.ts')).labCommand,
  },
  {
    name: 'explain',
    summary: 'what a diagnostic code means and what to do about it',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    name: 'completion',
    summary: 'print a completion script for a shell',
    load: async () => (await import('./completion.ts')).completionCommand,
  },
  {
    name: 'version',
    summary: 'print the version',
    load: async () => (await import('./version.ts')).versionCommand,
  },
];
