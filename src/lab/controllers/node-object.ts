import { arch, availableParallelism, release, totalmem } from 'node:os';
import { type Condition, type NewObject, timestamp } from '../store/index.ts';

export interface NodePlan {
  readonly nodeName: string;
  readonly nodeAddress: string;
  readonly podCIDR: string;
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', ia32: '386' };
const mostPods = 1000;

/** The one Node of the lab, as its kubelet would register it. */
export function nodeObject({ nodeName, nodeAddress, podCIDR }: NodePlan, version: string): NewObject {
  const architecture = architectures[arch()] ?? arch();
  const capacity = {
    cpu: String(availableParallelism()),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: String(mostPods),
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName,
      labels: {
        'beta.kubernetes.io/arch': architecture,
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': architecture,
        'kubernetes.io/hostname': nodeName,
        'kubernetes.io/os': 'linux',
        'node-role.kubernetes.io/control-plane': '',
      },
    },
    spec: { podCIDR, podCIDRs: [podCIDR] },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [
        condition(
          'MemoryPressure',
          'False',
          'KubeletHasSufficientMemory',
          'kubelet has sufficient memory available',
        ),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      addresses: [
        { type: 'InternalIP', address: nodeAddress },
        { type: 'Hostname', address: nodeName },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        machineID: '',
        systemUUID: '',
        bootID: '',
        kernelVersion: release(),
        osImage: 'Portcullis lab',
        containerRuntimeVersion: 'portcullis://0',
        kubeletVersion: version,
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture,
      },
    },
  };
}

function condition(
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
): Record<string, unknown> {
  const now = timestamp();
  return { type, status, lastHeartbeatTime: now, lastTransitionTime: now, reason, message };
}
