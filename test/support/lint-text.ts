import { buildCluster, type ClusterOptions } from '../../src/cluster/index.ts';
import { type Finding, lint } from '../../src/lint/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import { formatPath } from '../../src/model/index.ts';

/** The findings of these codes (all without) in a YAML text; the text must be free of errors. */
export function lintText(
  text: string,
  codes?: readonly string[],
  options: ClusterOptions = {},
): readonly Finding[] {
  const manifests = readManifests([{ name: 'test.yaml', text }]);
  const errors = manifests.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  const cluster = buildCluster(manifests, options);
  return lint(cluster, {
    objects: manifests.objects,
    unread: manifests.ignored,
    ...(codes !== undefined && { only: codes }),
  });
}

/** `PC3001 shop/web spec.podSelector` for each finding, to compare in a test. */
export function places(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code, object, path }) => {
    const { namespace, name } = object.metadata;
    return `${code} ${namespace === '' ? '' : `${namespace}/`}${name} ${formatPath(path)}`;
  });
}
