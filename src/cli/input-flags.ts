import { type Command, Option } from 'commander';

/** What the flags say of the input and of what it is held to be. */
export interface InputFlags {
  readonly filename?: readonly string[];
  readonly kustomize?: readonly string[];
  readonly recursive?: boolean;
  readonly namespace?: string;
  /** Read everything as it is at this revision. */
  readonly git?: string;
  readonly env?: readonly string[];
  readonly envOnly?: boolean;
  readonly assume?: readonly string[];
  readonly cni?: string;
  readonly podCidr?: readonly string[];
  readonly ignoreKind?: readonly string[];
  readonly authorizer?: readonly string[];
}

/** Adds the flags that say where manifests come from and what is taken for granted beside them. */
export function addInputFlags(command: Command): Command {
  command
    .addOption(list('-f, --filename <source>', 'file, directory, glob or - (standard input); repeatable'))
    .addOption(list('-k, --kustomize <directory>', 'directory to build with kustomize; repeatable'))
    .option('--git <revision>', 'read them as they are at this git revision');
  return addReadingFlags(command);
}

/** Adds the flags that say how manifests are read and what is taken for granted beside them. */
export function addReadingFlags(command: Command): Command {
  return command
    .option('-R, --recursive', 'also read the directories below those named')
    .option('-n, --namespace <name>', 'namespace of names and objects that have none')
    .addOption(
      list('--env <NAME=value>', 'value for the templates among the sources; NAME alone: as exported'),
    )
    .option('--env-only', 'leave variables of templates that no --env names as they are')
    .addOption(
      list('--assume <label>', 'KIND/NAMESPACE/NAME:label=value or Namespace/NAME:label=value; repeatable'),
    )
    .option('--cni <habits>', 'what Kubernetes leaves to the network plugin: its name, or TOPIC=HABIT,…')
    .addOption(
      list('--authorizer <NAME=answer>', 'what an external authorizer answers: allow or deny; repeatable'),
    )
    .addOption(list('--pod-cidr <cidr>', 'range of the pods whose address is not given; repeatable'))
    .addOption(list('--ignore-kind <kind>', 'leave policies of a kind that is not read out of account'));
}

/** A flag that may come several times; its value is the list, or undefined where it never comes. */
export function list(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect);
}

/** Commander's parser of such a flag: it gets the list so far. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Adds the flags for how a result is printed. */
export function addOutputFlags(command: Command): Command {
  return command
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'));
}

export type OutputFormat = 'text' | 'json' | 'yaml';
