import { closeSync } from 'node:fs';
import type { Finding } from './finding.ts';

const internet = 2;
const stream = 1;
const sctp = 132;

/** Tries the binding to libc, by which the lab makes sockets inside pods, and with it a socket for SCTP. */
export async function tryLibraries(): Promise<readonly Finding[]> {
  try {
    await import('../../lab/system/index.ts');
  } catch (error) {
    return [
      {
        name: 'libc',
        state: 'missing',
        detail: `the binding to glibc cannot be loaded: ${(error as Error).message.split('\n')[0]}`,
        fix: 'use a Linux with glibc (Alpine has another libc), or the image node:24-bookworm',
      },
    ];
  }
  const { default: koffi } = await import('koffi');
  const socket = koffi.load('libc.so.6').func('int socket(int, int, int)');
  const fd = socket(internet, stream, sctp) as number;
  if (fd >= 0) closeSync(fd);
  return [
    { name: 'libc', state: 'ok', detail: 'glibc, by koffi' },
    fd >= 0
      ? { name: 'SCTP', state: 'ok', detail: 'the kernel has it' }
      : {
          name: 'SCTP',
          state: 'lacking',
          detail: 'the kernel has none: its rules are in force, but cannot be tried with packets',
          fix: 'sudo modprobe sctp',
        },
  ];
}
