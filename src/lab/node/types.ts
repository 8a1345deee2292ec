import type { Duplex, Readable, Writable } from 'node:stream';
import type { Container, Pod } from '../store/index.ts';
import type { NetworkNamespace } from '../system/index.ts';

/** What a container's program gets to work with. */
export interface ContainerContext {
  readonly pod: Pod;
  readonly container: Container;
  /** Of the pod; for hostNetwork pods the node's. */
  readonly network: NetworkNamespace;
  /** The pod's address, also of a hostNetwork pod. */
  readonly address: string;
  /** Already resolved: values from ConfigMaps, Secrets and fields are in it. */
  readonly env: Readonly<Record<string, string>>;
  /** Appends to the container's log: one line, without its end. */
  readonly log: (line: string, stream?: 'stdout' | 'stderr') => void;
  /** Reads a file as the container sees it (its mounts, its own copy of the root); undefined where there is none. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  /** Writes a file as the container sees it, in one step: whoever looks has all of it, or what was there before. Directories that are missing are made. */
  readonly writeFile: (path: string, text: string) => Promise<void>;
  /** The names in a directory as the container sees it, sorted; none where there is no such directory. */
  readonly listDirectory: (path: string) => Promise<readonly string[]>;
  /** Starts a program of this machine inside the container, as its process 1; its output goes to the log, through pipes (a program cannot open /dev/stdout where it is a socket). */
  readonly spawn: (argv: readonly string[]) => Promise<Running>;
}

/** How a container ended: as a shell counts, 128 + n for signal n. */
export interface Exit {
  readonly code: number;
  readonly signal?: number;
}

/** A container at work. */
export interface Running {
  readonly exited: Promise<Exit>;
  /** Sends a signal to the program: `SIGTERM`, `SIGKILL`. A program without a process of its own ends on either. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Beside the pod's own probes: not ready before this says so. */
  readonly ready?: () => boolean;
}

/** A file of an image: its text, or what it is a symbolic link to (nginx' access.log is one to /dev/stdout). */
export type ImageFile =
  | {
      readonly path: string;
      readonly text: string;
      /** 0o644 where it is not given. */
      readonly mode?: number;
      /** Left out where the container cannot have it: its directory is this machine's own, read-only. */
      readonly optional?: boolean;
    }
  | { readonly path: string; readonly link: string };

/** What runs for an image. Rejects with a message for a person where it cannot start (CrashLoopBackOff, RunContainerError). */
export interface Program {
  (context: ContainerContext): Promise<Running>;
  /** What the image has and this machine may not (its nginx.conf, its /agnhost): laid into the container's own root before volumes are mounted over it. */
  readonly files?: readonly ImageFile[];
  /** Directories of this machine's that the image does not have as they are: empty in the container, before `files` are laid. */
  readonly emptied?: readonly string[];
  /** Files of this machine that the container has at these places, to read and to run. */
  readonly binds?: readonly { readonly source: string; readonly at: string }[];
  /** What its process may do beyond what a container's root usually may: `net_admin` for a real proxy, which marks its sockets. */
  readonly capabilities?: readonly string[];
}

/** Finds the program of an image, or says why there is none and how to map it. */
export type ImageTable = (image: string) => Program | { readonly missing: string };

export interface LogOptions {
  readonly container?: string | undefined;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number | undefined;
  readonly sinceSeconds?: number | undefined;
  readonly sinceTime?: string | undefined;
  readonly limitBytes?: number | undefined;
}

export interface ExecStreams {
  readonly stdin?: Readable | undefined;
  readonly stdout: Writable;
  /** Absent with a terminal. */
  readonly stderr?: Writable | undefined;
  readonly terminal: boolean;
  /** Calls back with each new size of the caller's terminal. */
  readonly onResize?: (listener: (size: { readonly columns: number; readonly rows: number }) => void) => void;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

/** What the API asks of the node. All throw a StatusError (404, 400) with the kubelet's own words. */
export interface PodRuntime {
  /** Pieces of text, line ends included. Ends when the log does, with `follow` when the container does or the signal is aborted. */
  logs(namespace: string, pod: string, options: LogOptions, signal: AbortSignal): AsyncIterable<string>;
  exec(
    namespace: string,
    pod: string,
    container: string | undefined,
    command: readonly string[],
    streams: ExecStreams,
  ): Promise<Exit>;
  /** What the container writes from now on, and the caller's input to it. Resolves when the container has ended or the caller has gone. */
  attach(namespace: string, pod: string, container: string | undefined, streams: ExecStreams): Promise<void>;
  /** A connection to a port of the pod's loopback, from within its network. Rejects with an Error in the container runtime's words where nobody listens. */
  portForward(namespace: string, pod: string, port: number): Promise<Duplex>;
}
