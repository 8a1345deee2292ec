import { request } from 'node:https';
import type { LabHandle } from '../../lab/index.ts';
import { exitCodes, inputError, usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { messageOf, openApi } from './api.ts';
import { chooseLab } from './choose-lab.ts';
import { readDuration } from './duration.ts';
import { findPod } from './find-pod.ts';
import type { LogsFlags } from './logs.ts';
import { onReaderGone } from './reader-gone.ts';

/** Prints a container's log and gives the exit code. Throws Refusal. */
export async function logs(name: string, flags: LogsFlags, terminal: Terminal): Promise<number> {
  const query = queryOf(flags);
  const lab = chooseLab(flags.name, terminal);
  const api = openApi(lab);
  try {
    const pod = await findPod(api, name, flags.namespace);
    query.set('container', flags.container ?? pod.container);
    await stream(lab, `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/log?${query}`, terminal.print);
  } finally {
    api.close();
  }
  return exitCodes.ok;
}

function queryOf({ follow, previous, timestamps, tail, since }: LogsFlags): URLSearchParams {
  if (tail !== undefined && !/^\d+$/.test(tail)) throw usageError(`--tail ${tail} is no number of lines`);
  const query = new URLSearchParams();
  if (follow === true) query.set('follow', 'true');
  if (previous === true) query.set('previous', 'true');
  if (timestamps === true) query.set('timestamps', 'true');
  if (tail !== undefined) query.set('tailLines', tail);
  if (since !== undefined)
    query.set('sinceSeconds', String(Math.ceil(readDuration(since, '--since') / 1000)));
  return query;
}

/** Gives on what comes, as it comes, until it ends or nobody reads it. Throws a Refusal with the API's words. */
function stream(lab: LabHandle, path: string, onText: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const { port, token, authority } = lab;
    const headers = { authorization: `Bearer ${token}` };
    const call = request({ host: '127.0.0.1', port, path, ca: authority, headers }, (response) => {
      const ok = response.statusCode === 200;
      let refusal = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (ok) onText(text);
        else refusal += text;
      });
      response.on('error', () => resolve());
      response.on('end', () => (ok ? resolve() : reject(refuse(response.statusCode ?? 0, refusal))));
    });
    call.on('error', reject);
    call.on(
      'close',
      onReaderGone(() => {
        call.destroy();
        resolve();
      }),
    );
    call.end();
  });
}

function refuse(status: number, text: string): Error {
  try {
    return inputError(messageOf({ status, body: JSON.parse(text) }));
  } catch {
    return inputError(messageOf({ status, body: text }));
  }
}
