import { type Answer, type LabClient, type LabHandle, labClient } from '../../lab/index.ts';
import { inputError } from '../exit.ts';

/** What the API server says no with. */
export interface ApiStatus {
  readonly kind: 'Status';
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
}

/** An object as the API gives it out, as far as the verbs look at it. */
export interface ListedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** The API of a lab, for verbs: whatever is not 2xx is an error with the server's words. */
export interface LabApi {
  /** The body of a GET. Throws a Refusal. */
  readonly get: <T>(path: string) => Promise<T>;
  /** The items of a list. */
  readonly list: <T extends ListedObject = ListedObject>(path: string) => Promise<readonly T[]>;
  /** Any request, whatever comes of it. */
  readonly request: LabClient['request'];
  readonly close: () => void;
}

/** Opens a connection to a lab's API. Throws a Refusal later on where the lab is gone. */
export function openApi(lab: LabHandle): LabApi {
  const client = labClient(lab);
  const request: LabClient['request'] = async (...words) => {
    try {
      return await client.request(...words);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ECONNREFUSED' || code === 'ECONNRESET') throw inputError(`lab ${lab.name} has ended`);
      throw error;
    }
  };
  const get = async <T>(path: string): Promise<T> => {
    const answer = await request('GET', path);
    if (answer.status >= 200 && answer.status < 300) return answer.body as T;
    throw inputError(`lab ${lab.name}: ${messageOf(answer)}`);
  };
  const list = async <T>(path: string): Promise<readonly T[]> => itemsOf(await get<List<T>>(path));
  return { get, list, request, close: client.close };
}

interface List<T> {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly items?: readonly T[];
}

/** The items of a Kubernetes list do not say their own kind: the list does. */
function itemsOf<T>({ apiVersion, kind = '', items = [] }: List<T>): readonly T[] {
  if (!kind.endsWith('List')) return items;
  const type = { apiVersion, kind: kind.slice(0, -'List'.length) };
  return items.map((item) => ({ ...type, ...item }));
}

/** The words of an answer that is no success. */
export function messageOf({ status, body }: Answer): string {
  if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  return typeof body === 'string' && body.trim() !== '' ? body.trim() : `HTTP ${status}`;
}
