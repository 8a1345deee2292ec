import type { LogStream } from './types.ts';

const name = '[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?';
const kubectl = new RegExp(String.raw`^\[pod/(${name})/${name}\] `);
const stern = new RegExp(`^(?:(${name}) )?(${name}) (istio-proxy|envoy) `);
/** Files of the kubelet, as grep and collectors name them. */
const podFile = new RegExp(`/var/log/pods/(${name})_(${name})_[0-9a-f-]+/`);
const containerFile = new RegExp(
  String.raw`/var/log/containers/(${name})_(${name})_${name}-[0-9a-f]{12,}\.log`,
);
/** As Fluent Bit, Fluentd and Vector add them to an object. */
const jsonPod = /"pod_name"\s*:\s*"([a-z0-9.-]+)"/;
const jsonNamespace = /"(?:namespace_name|pod_namespace)"\s*:\s*"([a-z0-9-]+)"/;

/**
 * The pod in whose log a line stands, by what kubectl `--prefix`, stern, grep and collectors put around it; undefined
 * where nothing says so.
 */
export function streamOfLine(line: string): LogStream | undefined {
  const text = line.slice(0, 4000).replace(/\x1b\[[0-9;]*[A-Za-z]/g, '');
  const prefixed = kubectl.exec(text);
  if (prefixed !== null) return { pod: prefixed[1]! };
  const file = podFile.exec(text);
  if (file !== null) return { namespace: file[1]!, pod: file[2]! };
  const container = containerFile.exec(text);
  if (container !== null) return { namespace: container[2]!, pod: container[1]! };
  const sterned = stern.exec(text);
  if (sterned !== null) return streamOf(sterned[2]!, sterned[1]);
  const pod = text.includes('"kubernetes"') ? jsonPod.exec(text)?.[1] : undefined;
  return pod === undefined ? undefined : streamOf(pod, jsonNamespace.exec(text)?.[1]);
}

function streamOf(pod: string, namespace: string | undefined): LogStream {
  return namespace === undefined ? { pod } : { namespace, pod };
}

/** The line in which a proxy of Istio's says at its start whose it is; undefined for any other. */
export function proxyRole(line: string): LogStream | undefined {
  const match = /\bProxy role\s.*?\btype=(?:sidecar|router) id=([a-z0-9.-]+)\.([a-z0-9-]+)(?:\s|$)/.exec(
    line,
  );
  return match === null ? undefined : { namespace: match[2]!, pod: match[1]! };
}
