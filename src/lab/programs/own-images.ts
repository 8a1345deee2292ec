import { agentRepository } from './agents/install.ts';
import { parseImageName } from './image-name.ts';

/** The repositories of the images for which a running lab has programs beyond the table, because they work with the lab's own parts. Those of node agents are {@link agentRepository}. */
export const proxyRepository = 'istio/proxyv2';
export const dnsRepository = 'coredns/coredns';

const own: ReadonlySet<string> = new Set([proxyRepository, dnsRepository, ...Object.values(agentRepository)]);

/** True of an image that the lab itself has a program for, whatever its tag: a stand-in for it would take the place of sidecars, DNS or node agents. */
export function isOwnImage(image: string): boolean {
  return own.has(parseImageName(image).repository);
}
