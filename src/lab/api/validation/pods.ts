import { dnsLabelErrors } from '../../../manifest/index.ts';
import type { PodSpec } from '../../store/index.ts';
import { checkContainers } from './containers.ts';
import { duplicate, invalid, notSupported, type Refusal, required } from './refusals.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];

/** Holds a pod's spec, or that of a template at `path`, against the API's rules, as far as they are about what the lab acts on. */
export function checkPodSpec(spec: PodSpec | undefined, path: string): readonly Refusal[] {
  if (spec === undefined) return [required(`${path}.containers`)];
  const {
    restartPolicy = 'Always',
    dnsPolicy = 'ClusterFirst',
    terminationGracePeriodSeconds: grace = 0,
  } = spec;
  return [
    ...checkVolumes(spec.volumes ?? [], `${path}.volumes`),
    ...checkContainers(spec, path),
    ...(restartPolicies.includes(restartPolicy)
      ? []
      : [notSupported(`${path}.restartPolicy`, restartPolicy, restartPolicies)]),
    ...(dnsPolicies.includes(dnsPolicy) ? [] : [notSupported(`${path}.dnsPolicy`, dnsPolicy, dnsPolicies)]),
    ...(grace < 0
      ? [invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than or equal to 0')]
      : []),
    ...checkHostname(spec.hostname, `${path}.hostname`),
    ...checkHostname(spec.subdomain, `${path}.subdomain`),
  ];
}

function checkHostname(name: string | undefined, field: string): readonly Refusal[] {
  return name ? dnsLabelErrors(name).map((why) => invalid(field, name, why)) : [];
}

function checkVolumes(volumes: NonNullable<PodSpec['volumes']>, path: string): readonly Refusal[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, i) => {
    const at = `${path}[${i}]`;
    const { name, ...kinds } = volume;
    const again = names.has(name);
    names.add(name);
    return [
      ...(name
        ? dnsLabelErrors(name).map((why) => invalid(`${at}.name`, name, why))
        : [required(`${at}.name`)]),
      ...(again ? [duplicate(`${at}.name`, name)] : []),
      ...(Object.keys(kinds).length === 0 ? [required(at, 'must specify a volume type')] : []),
      ...(volume.configMap && !volume.configMap.name ? [required(`${at}.configMap.name`)] : []),
      ...(volume.secret && !volume.secret.secretName ? [required(`${at}.secret.secretName`)] : []),
    ];
  });
}
