import { change, changeEach, type Fields, fill } from './fill.ts';

// Defaults of containers: SetDefaults_Container and its neighbours in k8s.io/kubernetes/pkg/apis/core/v1.

interface Container extends Fields {
  readonly image?: string;
}

/** The container as the API server completes it in pods and in templates alike. */
export function completeContainer(container: Container): Fields {
  let result: Fields = fill(container, {
    imagePullPolicy: pullPolicy(container.image ?? ''),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  result = changeEach(result, 'ports', (port: Fields) => fill(port, { protocol: 'TCP' }));
  result = changeEach(result, 'env', (variable: Fields) => change(variable, 'valueFrom', completeSource));
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    result = change(result, name, completeProbe);
  }
  return change(result, 'lifecycle', (lifecycle: Fields) => {
    const started = change(lifecycle, 'postStart', completeHandler);
    return change(started, 'preStop', completeHandler);
  });
}

/** An image's name: perhaps a registry, lower-case parts, perhaps a tag and a digest. */
const imageName =
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?)\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::(\w[\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$/;

/** `Always` for the tag `latest`, also where it is not written. */
export function pullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const parts = imageName.exec(image);
  if (parts === null) return 'IfNotPresent';
  const [, tag, digest] = parts;
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

function completeSource(source: Fields): Fields {
  const withField = change(source, 'fieldRef', completeFieldRef);
  return change(withField, 'fileKeyRef', (reference: Fields) => fill(reference, { optional: false }));
}

export function completeFieldRef(reference: Fields): Fields {
  return fill(reference, { apiVersion: 'v1' });
}

function completeProbe(probe: Fields): Fields {
  const numbers = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
  const result = completeHandler(fill(withoutZeros(probe, Object.keys(numbers)), numbers));
  return change(result, 'grpc', (action: Fields) =>
    action.service === undefined ? { ...action, service: '' } : action,
  );
}

function completeHandler(handler: Fields): Fields {
  return change(handler, 'httpGet', (action: Fields) => fill(action, { path: '/', scheme: 'HTTP' }));
}

/** A zero is as good as nothing there. */
function withoutZeros(object: Fields, names: readonly string[]): Fields {
  if (!names.some((name) => object[name] === 0)) return object;
  return Object.fromEntries(
    Object.entries(object).filter(([name, value]) => !(value === 0 && names.includes(name))),
  );
}
