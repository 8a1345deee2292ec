import { dnsLabelErrors, subdomainErrors } from '../../../manifest/index.ts';
import type { PodSpec, StringMap } from '../../store/index.ts';
import { checkContainers } from './containers.ts';
import { duplicate, invalid, notSupported, type Refusal, required } from './refusals.ts';
import { checkSelector } from './selectors.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const operators = ['Equal', 'Exists'];

/** Holds a pod's spec, or that of a template at `path`, against the API's rules, as far as they are about what the lab acts on. */
export function checkPodSpec(
  spec: PodSpec | undefined,
  path: string,
  ownHostnames = false,
): readonly Refusal[] {
  if (spec === undefined) return [required(`${path}.containers`)];
  const { restartPolicy = 'Always', dnsPolicy = 'ClusterFirst', serviceAccountName } = spec;
  const { nodeSelector = {}, tolerations = [] } = spec as {
    readonly nodeSelector?: StringMap;
    readonly tolerations?: readonly { readonly operator?: string }[];
  };
  return [
    ...checkVolumes(spec.volumes ?? [], `${path}.volumes`),
    ...checkContainers(spec, path),
    ...(restartPolicies.includes(restartPolicy)
      ? []
      : [notSupported(`${path}.restartPolicy`, restartPolicy, restartPolicies)]),
    ...(dnsPolicies.includes(dnsPolicy) ? [] : [notSupported(`${path}.dnsPolicy`, dnsPolicy, dnsPolicies)]),
    ...checkSelector({ matchLabels: nodeSelector }, [path]).map((each) => ({
      ...each,
      field: `${path}.nodeSelector`,
    })),
    ...(serviceAccountName
      ? subdomainErrors(serviceAccountName).map((why) =>
          invalid(`${path}.serviceAccountName`, serviceAccountName, why),
        )
      : []),
    ...tolerations.flatMap(({ operator = 'Equal' }, i) =>
      operators.includes(operator)
        ? []
        : [notSupported(`${path}.tolerations[${i}].operator`, operator, operators)],
    ),
    // The pods of a StatefulSet get their names from it.
    ...(ownHostnames ? [] : checkHostname(spec.hostname, `${path}.hostname`)),
    ...(ownHostnames ? [] : checkHostname(spec.subdomain, `${path}.subdomain`)),
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
