import { attribute, type NetlinkRequest } from '../system/index.ts';

/** Requests of rtnetlink(7), IPv4 only. Numbers are of <linux/rtnetlink.h>, <linux/if_link.h> and <linux/neighbour.h>. */
const ipv4 = 2;
const create = 0x600;
const createOrReplace = 0x500;
const up = 1;
const newLink = 16;
const deleteLink = 17;
const newAddress = 20;
const newRoute = 24;
const deleteRoute = 25;
const newNeighbour = 28;
const scopes = { universe: 0, link: 253, host: 254 } as const;
const mainTable = 254;
const staticRoute = 4;
const unicast = 1;
const local = 2;
const permanent = 0x80;

/** One end of a veth pair. Its index is ours to choose, so nobody has to ask for it. */
export interface VethEnd {
  readonly index: number;
  readonly name: string;
  /** `ee:ee:ee:ee:ee:ee`. */
  readonly hardwareAddress: string;
}

/** Makes a veth pair: one end here, its peer in the namespace of the descriptor. Neither is up. */
export function addVeth(here: VethEnd, peer: VethEnd, peerNamespace: number): NetlinkRequest {
  const peerBody = [linkHeader(peer.index, 0), ...endOf(peer), attribute(28, peerNamespace)];
  const kind = attribute(18, [attribute(1, 'veth'), attribute(2, [attribute(1, Buffer.concat(peerBody))])]);
  return {
    type: newLink,
    flags: create,
    body: Buffer.concat([linkHeader(here.index, 0), ...endOf(here), kind]),
  };
}

export function setUp(index: number): NetlinkRequest {
  return { type: newLink, body: linkHeader(index, up) };
}

/** Takes a device away, and with it its peer, addresses and routes. */
export function removeLink(index: number): NetlinkRequest {
  return { type: deleteLink, body: linkHeader(index, 0) };
}

export function addAddress(index: number, address: string): NetlinkRequest {
  const header = Buffer.from([ipv4, 32, 0, scopes.universe, 0, 0, 0, 0]);
  header.writeUInt32LE(index, 4);
  const bytes = addressBytes(address);
  return {
    type: newAddress,
    flags: create,
    body: Buffer.concat([header, attribute(2, bytes), attribute(1, bytes)]),
  };
}

/** A neighbour that is known for good: nobody ever asks who has its address. */
export function addNeighbour(index: number, address: string, hardwareAddress: string): NetlinkRequest {
  const header = Buffer.alloc(12);
  header.writeUInt8(ipv4, 0);
  header.writeUInt32LE(index, 4);
  header.writeUInt16LE(permanent, 8);
  return {
    type: newNeighbour,
    flags: createOrReplace,
    body: Buffer.concat([
      header,
      attribute(1, addressBytes(address)),
      attribute(2, hardwareBytes(hardwareAddress)),
    ]),
  };
}

/** `to` is `0.0.0.0/0`, a CIDR or an address. `local`: whoever is sent there is this namespace itself. */
export interface Route {
  readonly to: string;
  readonly device: number;
  readonly via?: string;
  /** The address that connections from here get as their own. */
  readonly source?: string;
  readonly local?: boolean;
}

export function addRoute(route: Route): NetlinkRequest {
  return { type: newRoute, flags: createOrReplace, body: routeBody(route) };
}

export function removeRoute(route: Route): NetlinkRequest {
  return { type: deleteRoute, body: routeBody(route) };
}

function routeBody({ to, device, via, source, local: own = false }: Route): Buffer {
  const [address, length = '32'] = to.split('/');
  const header = Buffer.alloc(12);
  header.writeUInt8(ipv4, 0);
  header.writeUInt8(Number(length), 1);
  header.writeUInt8(mainTable, 4);
  header.writeUInt8(staticRoute, 5);
  header.writeUInt8(own ? scopes.host : via === undefined ? scopes.link : scopes.universe, 6);
  header.writeUInt8(own ? local : unicast, 7);
  const parts = [header, attribute(4, device)];
  if (length !== '0') parts.push(attribute(1, addressBytes(address!)));
  if (via !== undefined) parts.push(attribute(5, addressBytes(via)));
  if (source !== undefined) parts.push(attribute(7, addressBytes(source)));
  return Buffer.concat(parts);
}

/** struct ifinfomsg, with flags to set. */
function linkHeader(index: number, flags: number): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(index, 4);
  header.writeUInt32LE(flags, 8);
  header.writeUInt32LE(flags, 12);
  return header;
}

function endOf({ name, hardwareAddress }: VethEnd): readonly Buffer[] {
  return [attribute(3, name), attribute(1, hardwareBytes(hardwareAddress))];
}

function addressBytes(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function hardwareBytes(address: string): Buffer {
  return Buffer.from(address.replaceAll(':', ''), 'hex');
}
