import { dnsLabelErrors, portNameErrors, subdomainErrors } from '../../../manifest/index.ts';
import type { Service, ServicePort } from '../../store/index.ts';
import { checkPortNumber } from './containers.ts';
import { duplicate, invalid, notSupported, type Refusal, required } from './refusals.ts';
import { checkSelector } from './selectors.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];

/** Holds a Service against the API's rules (core/validation: validateService), addresses aside: those are the allocator's. */
export function checkService({ spec = {} }: Service): readonly Refusal[] {
  const { type = 'ClusterIP', ports = [], selector, externalName = '', clusterIP } = spec;
  const headless = clusterIP === 'None';
  return [
    ...(ports.length === 0 && !headless && type !== 'ExternalName' ? [required('spec.ports')] : []),
    ...(types.includes(type) ? [] : [notSupported('spec.type', type, types)]),
    ...(type === 'ExternalName' ? checkExternalName(externalName) : []),
    ...checkServicePorts(ports),
    ...(selector === undefined
      ? []
      : checkSelector({ matchLabels: selector }, ['spec']).map((each) => ({
          ...each,
          field: 'spec.selector',
        }))),
  ];
}

function checkExternalName(name: string): readonly Refusal[] {
  if (name === '') return [required('spec.externalName')];
  return subdomainErrors(name.replace(/\.$/, '')).map((why) => invalid('spec.externalName', name, why));
}

function checkServicePorts(ports: readonly ServicePort[]): readonly Refusal[] {
  const names = new Set<string>();
  const numbers = new Set<string>();
  return ports.flatMap((port, i) => {
    const at = `spec.ports[${i}]`;
    const { name = '', protocol = 'TCP', targetPort } = port;
    const found: Refusal[] = [];
    if (name === '' && ports.length > 1) found.push(required(`${at}.name`));
    else if (name !== '') {
      found.push(...dnsLabelErrors(name).map((why) => invalid(`${at}.name`, name, why)));
      if (names.has(name)) found.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    found.push(...checkPortNumber(port.port, `${at}.port`));
    if (!protocols.includes(protocol)) found.push(notSupported(`${at}.protocol`, protocol, protocols));
    found.push(...checkTarget(targetPort, `${at}.targetPort`));
    const key = `${protocol}/${port.port}`;
    if (numbers.has(key)) found.push(duplicate(at, { protocol, port: port.port }));
    numbers.add(key);
    return found;
  });
}

function checkTarget(target: ServicePort['targetPort'], field: string): readonly Refusal[] {
  if (target === undefined) return [];
  if (typeof target === 'number') return checkPortNumber(target, field);
  return portNameErrors(target).map((why) => invalid(field, target, why));
}
