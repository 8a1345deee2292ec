import {
  closeNamespace,
  closeNetlink,
  createNamespace,
  type NetlinkRequest,
  type NetworkNamespace,
  netlinkProtocols,
  openNetlink,
  requestNetlink,
} from '../system/index.ts';
import { devicePrefix } from './compile-policies.ts';
import { addressPool } from './plan.ts';
import {
  addAddress,
  addNeighbour,
  addRoute,
  addVeth,
  removeLink,
  removeRoute,
  setUp,
} from './route-messages.ts';
import { shortHash } from './ruleset.ts';
import { configureKernel } from './sysctl.ts';
import type { AttachOptions, NetworkPlan, PodLink } from './types.ts';

/** The router that every namespace sees at the other end of its device. */
const gateway = '169.254.1.1';
const gatewayHardware = 'ee:ee:ee:ee:ee:ee';
/** The router of the world beyond, as the node sees it. */
const beyond = '169.254.1.2';
const beyondHardware = '0a:58:cb:00:71:0a';
/** A router that forwards nothing. */
const nowhere = '169.254.1.3';
const nowhereHardware = '0a:58:00:00:00:00';
const loopback = 1;
const inside = 2;
const nowhereDevice = 3;
const nodeDevice = 100;
const outsideDevice = 101;

/** Devices, addresses and routes of a lab. */
export interface Links {
  readonly outside: NetworkNamespace;
  all(): readonly PodLink[];
  get(key: string): PodLink | undefined;
  /** The node-side device of an index and whose it is; a pod's also when it is gone, since packets of it may still be told of. */
  deviceAt(index: number): { readonly key: string; readonly device: string } | undefined;
  add(key: string, options: AttachOptions): PodLink;
  remove(key: string): void;
  close(): void;
}

/** Index of the next pod's device. Never given twice: a device lives on a while after its pod, and after its network. */
let serial = 1000;

/**
 * Makes this process' own namespace the node of a lab, and a namespace for what lies beyond the cluster. Packets to Services
 * and pods that are not there go where nothing answers. All other addresses are beyond, where each of them is answered.
 * Throws where the kernel refuses: without CAP_NET_ADMIN, or without veth devices.
 */
export function openLinks(plan: NetworkPlan, node: NetworkNamespace): Links {
  const pool = addressPool(plan.podCIDR);
  const links = new Map<string, { readonly link: PodLink; readonly index: number }>();
  const devices = new Map([[outsideDevice, { key: '', device: 'outside' }]]);

  configureKernel(node, 'node');
  const outside = createNamespace('outside');
  configureKernel(outside, 'outside');
  const nodeSocket = openNetlink(node, netlinkProtocols.route);
  requestNetlink(nodeSocket, nodeRequests(plan, outside));
  change(outside, outsideRequests(plan));

  const addPod = (key: string, wanted: string | undefined): { link: PodLink; index: number } => {
    const index = serial++;
    const address = pool.take(wanted);
    const namespace = createNamespace(key);
    const device = `${devicePrefix}${shortHash(`${key} ${index}`)}`;
    try {
      configureKernel(namespace, 'pod');
      const hardwareAddress = hardwareOf(address);
      requestNetlink(nodeSocket, [
        addVeth(
          { index, name: device, hardwareAddress: gatewayHardware },
          { index: inside, name: 'eth0', hardwareAddress },
          namespace.fd,
        ),
        setUp(index),
        addNeighbour(index, address, hardwareAddress),
        addRoute({ to: address, device: index, source: plan.nodeAddress }),
      ]);
      change(namespace, endRequests(address, ['0.0.0.0/0']));
      if (wanted !== undefined) change(outside, [addRoute({ to: address, device: inside, via: gateway })]);
    } catch (error) {
      pool.give(address);
      closeNamespace(namespace);
      throw error;
    }
    devices.set(index, { key, device });
    return { link: { key, namespace, address, device }, index };
  };
  return {
    outside,
    all: () => [...links.values()].map(({ link }) => link),
    get: (key) => links.get(key)?.link,
    deviceAt: (index) => devices.get(index),
    add(key, { hostNetwork, address }) {
      const known = links.get(key);
      if (known !== undefined) return known.link;
      const added = hostNetwork
        ? { link: { key, namespace: node, address: plan.nodeAddress, device: undefined }, index: 0 }
        : addPod(key, address);
      links.set(key, added);
      return added.link;
    },
    remove(key) {
      const found = links.get(key);
      if (found === undefined) return;
      links.delete(key);
      const { link, index } = found;
      if (link.device === undefined) return;
      // The device goes with the last process and socket in the namespace. To ask for it takes the kernel tens of milliseconds, and everything here would wait.
      requestNetlink(nodeSocket, [removeRoute({ to: link.address, device: index })]);
      closeNamespace(link.namespace);
      pool.give(link.address);
    },
    close() {
      for (const { link } of links.values()) if (link.device !== undefined) closeNamespace(link.namespace);
      links.clear();
      requestNetlink(nodeSocket, [outsideDevice, nodeDevice].map(removeLink));
      closeNamespace(outside);
      closeNetlink(nodeSocket);
    },
  };
}

function nodeRequests(
  { nodeAddress, podCIDR, serviceCIDR }: NetworkPlan,
  outside: NetworkNamespace,
): readonly NetlinkRequest[] {
  return [
    setUp(loopback),
    // Beyond the cluster nothing is forwarded, so the far end of this device is where packets get lost.
    addVeth(
      { index: nodeDevice, name: 'node', hardwareAddress: gatewayHardware },
      { index: nowhereDevice, name: 'nowhere', hardwareAddress: nowhereHardware },
      outside.fd,
    ),
    setUp(nodeDevice),
    addAddress(nodeDevice, nodeAddress),
    addAddress(nodeDevice, gateway),
    ...routesBy(nodeDevice, nowhere, nowhereHardware, [podCIDR, serviceCIDR], nodeAddress),
    addVeth(
      { index: outsideDevice, name: 'outside', hardwareAddress: gatewayHardware },
      { index: inside, name: 'eth0', hardwareAddress: beyondHardware },
      outside.fd,
    ),
    setUp(outsideDevice),
    ...routesBy(outsideDevice, beyond, beyondHardware, ['0.0.0.0/0'], nodeAddress),
  ];
}

/** Routes by way of a router of which everything is known. */
function routesBy(
  device: number,
  router: string,
  hardwareAddress: string,
  targets: readonly string[],
  source?: string,
): readonly NetlinkRequest[] {
  const own = source === undefined ? {} : { source };
  return [
    addNeighbour(device, router, hardwareAddress),
    addRoute({ to: router, device }),
    ...targets.map((to) => addRoute({ to, device, via: router, ...own })),
  ];
}

/** Beyond, every address is this namespace's but those of the cluster. */
function outsideRequests({
  outsideAddress,
  nodeAddress,
  podCIDR,
  serviceCIDR,
}: NetworkPlan): readonly NetlinkRequest[] {
  return [
    setUp(nowhereDevice),
    ...endRequests(outsideAddress, [podCIDR, serviceCIDR, nodeAddress]),
    addRoute({ to: '0.0.0.0/0', device: loopback, local: true }),
  ];
}

/** A namespace at the node: its address, and what it reaches by way of the node. */
function endRequests(address: string, targets: readonly string[]): readonly NetlinkRequest[] {
  return [
    setUp(loopback),
    setUp(inside),
    addAddress(inside, address),
    ...routesBy(inside, gateway, gatewayHardware, targets),
  ];
}

function change(namespace: NetworkNamespace, requests: readonly NetlinkRequest[]): void {
  const socket = openNetlink(namespace, netlinkProtocols.route);
  try {
    requestNetlink(socket, requests);
  } finally {
    closeNetlink(socket);
  }
}

/** `0a:58` and the address, as container networks make them. */
function hardwareOf(address: string): string {
  const parts = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return ['0a', '58', ...parts].join(':');
}
