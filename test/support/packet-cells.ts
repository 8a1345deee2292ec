import type { Socket as Datagrams } from 'node:dgram';
import { bindUdp, connectTcp, type NetworkNamespace } from '../../src/lab/system/index.ts';
import type { Protocol } from '../../src/model/index.ts';

/** Who can send and receive: a namespace and the address that it does so with. */
export interface Party {
  readonly name: string;
  readonly namespace: NetworkNamespace;
  readonly address: string;
}

/** A first packet to try. */
export interface Cell {
  readonly source: Party;
  readonly destination: Party;
  readonly protocol: Protocol;
  readonly port: number;
}

const atOnce = 400;

/**
 * Sends the first packet of each cell and says which arrived: of TCP, when the other end accepts or refuses the connection; of UDP, when what was sent comes back. `patience` in milliseconds.
 */
async function sendCells(cells: readonly Cell[], patience = 250): Promise<readonly boolean[]> {
  const arrived: boolean[] = [];
  for (let at = 0; at < cells.length; at += atOnce) {
    arrived.push(...(await sendPart(cells.slice(at, at + atOnce), patience)));
  }
  return arrived;
}

/**
 * The same, and those that came out otherwise than expected once more, with more patience: this machine may be busy, and a port drawn at random may be that of an earlier exchange that connection
 * tracking still knows.
 */
export async function sendExpecting(
  cells: readonly Cell[],
  expected: readonly boolean[],
): Promise<readonly boolean[]> {
  const arrived = [...(await sendCells(cells))];
  const doubtful = cells.map((_, i) => i).filter((i) => expected[i] !== arrived[i]);
  if (doubtful.length === 0) return arrived;
  const again = await sendCells(
    doubtful.map((i) => cells[i]!),
    3000,
  );
  for (const [k, i] of doubtful.entries()) arrived[i] = again[k]!;
  return arrived;
}

async function sendPart(cells: readonly Cell[], patience: number): Promise<readonly boolean[]> {
  const echoes = await openEchoes(cells.filter(({ protocol }) => protocol === 'UDP'));
  try {
    return await Promise.all(
      cells.map((cell) => (cell.protocol === 'UDP' ? sendUdp(cell, patience) : sendTcp(cell, patience))),
    );
  } finally {
    for (const echo of echoes) echo.close();
  }
}

function sendTcp({ source, destination, port }: Cell, patience: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(source.namespace, destination.address, port, { source: source.address });
    const timer = setTimeout(() => end(false), patience);
    const end = (arrived: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(arrived);
    };
    socket.once('connect', () => end(true));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') end(true);
      else reject(error);
    });
  });
}

async function sendUdp({ source, destination, port }: Cell, patience: number): Promise<boolean> {
  const socket = await bindUdp(source.namespace, source.address, 0);
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(false), patience);
      socket.once('message', () => {
        clearTimeout(timer);
        resolve(true);
      });
      socket.once('error', reject);
      socket.send('probe', port, destination.address);
    });
  } finally {
    socket.close();
  }
}

async function openEchoes(cells: readonly Cell[]): Promise<readonly Datagrams[]> {
  const places = new Map(cells.map((cell) => [`${cell.destination.address} ${cell.port}`, cell]));
  return Promise.all(
    [...places.values()].map(async ({ destination, port }) => {
      const socket = await bindUdp(destination.namespace, destination.address, port);
      socket.on('message', (message, from) => socket.send(message, from.port, from.address));
      socket.on('error', () => undefined);
      return socket;
    }),
  );
}
