import { dnsLabelErrors, portNameErrors } from '../../../manifest/index.ts';
import type { Container, PodSpec } from '../../store/index.ts';
import { checkEnvironment } from './environment.ts';
import { checkPortNumber, checkProbes } from './probes.ts';
import { duplicate, invalid, notSupported, notThere, type Refusal, required } from './refusals.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];
const pullPolicies = ['Always', 'IfNotPresent', 'Never'];

/** Holds the containers of a pod against the API's rules (core/validation: validateContainers). */
export function checkContainers(spec: PodSpec, path: string): readonly Refusal[] {
  const { containers = [], initContainers = [] } = spec;
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  if (containers.length === 0) return [required(`${path}.containers`)];
  const names = new Set<string>();
  const check = (list: readonly Container[], field: string) =>
    list.flatMap((container, i) => {
      const at = `${path}.${field}[${i}]`;
      const again = names.has(container.name);
      names.add(container.name);
      return [
        ...checkContainer(container, at, volumes),
        ...(again ? [duplicate(`${at}.name`, container.name)] : []),
      ];
    });
  return [...check(containers, 'containers'), ...check(initContainers, 'initContainers')];
}

function checkContainer(container: Container, at: string, volumes: ReadonlySet<string>): readonly Refusal[] {
  const { name, image, ports = [], env = [], volumeMounts = [] } = container;
  const { imagePullPolicy } = container as { readonly imagePullPolicy?: string };
  return [
    ...(name
      ? dnsLabelErrors(name).map((why) => invalid(`${at}.name`, name, why))
      : [required(`${at}.name`)]),
    ...(image ? [] : [required(`${at}.image`)]),
    ...(imagePullPolicy && !pullPolicies.includes(imagePullPolicy)
      ? [notSupported(`${at}.imagePullPolicy`, imagePullPolicy, pullPolicies)]
      : []),
    ...checkPorts(ports, `${at}.ports`),
    ...checkEnvironment(env, `${at}.env`),
    ...checkMounts(volumeMounts, `${at}.volumeMounts`, volumes),
    ...checkProbes(container, at),
  ];
}

function checkPorts(ports: NonNullable<Container['ports']>, path: string): readonly Refusal[] {
  const names = new Set<string>();
  return ports.flatMap(({ name, containerPort, hostPort, protocol = 'TCP' }, i) => {
    const at = `${path}[${i}]`;
    const found: Refusal[] = [];
    if (name) {
      const errors = portNameErrors(name);
      found.push(...errors.map((why) => invalid(`${at}.name`, name, why)));
      if (errors.length === 0 && names.has(name)) found.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    if (!containerPort) found.push(required(`${at}.containerPort`));
    else found.push(...checkPortNumber(containerPort, `${at}.containerPort`));
    if (hostPort) found.push(...checkPortNumber(hostPort, `${at}.hostPort`));
    if (!protocols.includes(protocol)) found.push(notSupported(`${at}.protocol`, protocol, protocols));
    return found;
  });
}

function checkMounts(
  mounts: NonNullable<Container['volumeMounts']>,
  path: string,
  volumes: ReadonlySet<string>,
): readonly Refusal[] {
  const places = new Set<string>();
  return mounts.flatMap(({ name, mountPath }, i) => {
    const at = `${path}[${i}]`;
    const again = places.has(mountPath);
    places.add(mountPath);
    return [
      ...(name ? [] : [required(`${at}.name`)]),
      ...(volumes.has(name) ? [] : [notThere(`${at}.name`, name ?? '')]),
      ...(mountPath ? [] : [required(`${at}.mountPath`)]),
      ...(again ? [invalid(`${at}.mountPath`, mountPath, 'must be unique')] : []),
    ];
  });
}
