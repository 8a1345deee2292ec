import { writeFileSync } from 'node:fs';
import { type NetworkNamespace, within } from '../system/index.ts';

/** Forwarding between pods, senders that have to be who they say (as Calico has it), no redirects, kube-proxy's time-outs of connection tracking. */
const ofNode: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '1',
  'net/ipv4/conf/all/rp_filter': '1',
  'net/ipv4/conf/default/rp_filter': '1',
  'net/ipv4/conf/all/send_redirects': '0',
  'net/ipv4/conf/default/send_redirects': '0',
  'net/ipv6/conf/default/disable_ipv6': '1',
  'net/netfilter/nf_conntrack_tcp_timeout_established': '86400',
  'net/netfilter/nf_conntrack_tcp_timeout_close_wait': '3600',
};

/** Devices speak IPv4 only; the loopback device keeps both. */
const ofPod: Readonly<Record<string, string>> = {
  'net/ipv4/conf/all/rp_filter': '0',
  'net/ipv4/conf/default/rp_filter': '0',
  'net/ipv6/conf/default/disable_ipv6': '1',
};

/** The world beyond the cluster may speak with any address. */
const ofOutside: Readonly<Record<string, string>> = { ...ofPod, 'net/ipv4/ip_nonlocal_bind': '1' };

const settings: Readonly<Record<'node' | 'pod' | 'outside', Readonly<Record<string, string>>>> = {
  node: ofNode,
  pod: ofPod,
  outside: ofOutside,
};

/** Sets a namespace's switches, before it has devices. Those that the kernel does not let an unprivileged user set stay; forwarding has to be had. */
export function configureKernel(namespace: NetworkNamespace, role: keyof typeof settings): void {
  within(namespace, () => {
    for (const [name, value] of Object.entries(settings[role])) {
      try {
        writeFileSync(`/proc/sys/${name}`, value);
      } catch (error) {
        if (name === 'net/ipv4/ip_forward') throw error;
      }
    }
  });
}
