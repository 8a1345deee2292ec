import { dnsLabelErrors, subdomainErrors } from '../../../manifest/index.ts';
import type { Service, ServicePort } from '../../store/index.ts';
import { checkPortNumber, checkPortOrName } from './probes.ts';
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
    ...findDuplicates(ports),
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
    if (targetPort !== undefined) found.push(...checkPortOrName(targetPort, `${at}.targetPort`));
    return found;
  });
}

/** The same number twice; the value is printed as the Go struct that it is there. */
function findDuplicates(ports: readonly ServicePort[]): readonly Refusal[] {
  const seen = new Set<string>();
  return ports.flatMap(({ port, protocol = 'TCP' }, i) => {
    const key = `${protocol}/${port}`;
    const again = seen.has(key);
    seen.add(key);
    const value = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
    return again ? [duplicate(`spec.ports[${i}]`, value)] : [];
  });
}
