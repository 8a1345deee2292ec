import { badRequest, type ContainerStatus, type Pod, StatusError } from '../../store/index.ts';

/** The container that a request means, by the rules and words of the API server (registry/core/pod/strategy.go). Throws a 400. */
export function chooseContainer({ metadata, spec }: Pod, wanted: string | undefined): string {
  const containers = spec.containers.map(({ name }) => name);
  const initContainers = (spec.initContainers ?? []).map(({ name }) => name);
  if (wanted !== undefined && wanted !== '') {
    if ([...containers, ...initContainers].includes(wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${metadata.name}`);
  }
  if (containers.length === 1) return containers[0]!;
  const choice = containers.length === 0 ? '' : `, choose one of: [${containers.join(' ')}]`;
  const init =
    initContainers.length === 0 ? '' : ` or one of the init containers: [${initContainers.join(' ')}]`;
  throw badRequest(`a container name must be specified for pod ${metadata.name}${choice}${init}`);
}

/** Throws what the kubelet answers where the container does not run. */
export function mustRun(pod: Pod, container: string): void {
  if (pod.spec.nodeName === undefined || pod.spec.nodeName === '') {
    throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  }
  if (statusOf(pod, container)?.state.running === undefined) {
    throw new StatusError(500, 'InternalError', `container not found (${JSON.stringify(container)})`);
  }
}

/** Throws where a caller wants to write to a container that reads nothing: a real node throws that away without a word. */
export function mustHaveInput({ spec }: Pod, container: string): void {
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  if (all.find(({ name }) => name === container)?.stdin === true) return;
  throw badRequest(
    `container ${container} runs without an input of its own (no stdin: true in its spec): use kubectl exec -i, or attach without -i`,
  );
}

function statusOf({ status }: Pod, container: string): ContainerStatus | undefined {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return all.find(({ name }) => name === container);
}
