import { setTimeout as pause } from 'node:timers/promises';
import type { LogOptions, PodRuntime } from '../../node/index.ts';
import { type Pod, StatusError } from '../../store/index.ts';
import { type Call, flag } from '../http/call.ts';
import { chooseContainer } from './pod-container.ts';

const text = { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache, private' };
/** So long is waited for a refusal before the answer begins. */
const patience = 50;

/** Answers pods/log. Throws a StatusError for options or a container that there are not, and what the node refuses. */
export async function answerLog(call: Call, runtime: PodRuntime, pod: Pod): Promise<void> {
  const { response, query } = call;
  const { name, namespace } = pod.metadata;
  const options = readOptions(query, pod);
  if (!pod.spec.nodeName) {
    response.writeHead(200, text).end();
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const pieces = runtime.logs(namespace!, name, options, gone.signal)[Symbol.asyncIterator]();
  const first = pieces.next();
  // With `follow` the first line may be long in coming, and the caller is to know that there is a log.
  await Promise.race([first, pause(patience, undefined, { ref: false })]);
  response.writeHead(200, text);
  response.flushHeaders();
  try {
    for (let next = await first; next.done !== true; next = await pieces.next()) {
      if (gone.signal.aborted) break;
      if (!response.write(next.value)) await drained(call, gone.signal);
    }
    response.end();
  } catch {
    // Too late for a Status: a connection that breaks off says that the log is not whole.
    response.destroy();
  } finally {
    gone.abort();
    await pieces.return?.();
  }
}

function drained({ response }: Call, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    signal.addEventListener('abort', done);
  });
}

/** Reads the query as PodLogOptions and holds it against their rules (core/validation.ValidatePodLogOptions). */
function readOptions(query: URLSearchParams, pod: Pod): LogOptions {
  const tailLines = number(query, 'tailLines');
  const limitBytes = number(query, 'limitBytes');
  const sinceSeconds = number(query, 'sinceSeconds');
  const sinceTime = query.get('sinceTime') || undefined;
  const atLeast = (field: string, value: number | undefined, least: 0 | 1) => {
    if (value === undefined || value >= least) return;
    const limit = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
    throw invalid(pod, field, `Invalid value: ${value}: ${limit}`);
  };
  atLeast('tailLines', tailLines, 0);
  atLeast('limitBytes', limitBytes, 1);
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    throw invalid(pod, '', 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  atLeast('sinceSeconds', sinceSeconds, 1);
  if (sinceTime !== undefined && Number.isNaN(Date.parse(sinceTime))) {
    const shown = JSON.stringify(sinceTime);
    throw new StatusError(
      400,
      'BadRequest',
      `parsing time ${shown} as "2006-01-02T15:04:05Z07:00": cannot parse ${shown} as "2006"`,
    );
  }
  return {
    container: chooseContainer(pod, query.get('container') ?? undefined),
    follow: flag(query, 'follow'),
    previous: flag(query, 'previous'),
    timestamps: flag(query, 'timestamps'),
    tailLines,
    limitBytes,
    sinceSeconds,
    sinceTime,
  };
}

function number(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name);
  if (given === null || given === '') return undefined;
  if (/^-?\d+$/.test(given)) return Number(given);
  const why = `strconv.ParseInt: parsing ${JSON.stringify(given)}: invalid syntax`;
  throw new StatusError(400, 'BadRequest', why);
}

function invalid({ metadata }: Pod, field: string, why: string): StatusError {
  const { name } = metadata;
  const message = field === '' ? why : `${field}: ${why}`;
  return new StatusError(422, 'Invalid', `PodLogOptions ${JSON.stringify(name)} is invalid: ${message}`, {
    name,
    kind: 'PodLogOptions',
    causes: [{ reason: 'FieldValueInvalid', message: why, field }],
  });
}
