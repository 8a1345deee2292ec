import type { ApiObject, Condition, Container, StringMap } from '../../store/index.ts';
import { ageColumn, column, nameColumn, type Printer, wide, workloadColumns } from './columns.ts';
import { age, humanDuration } from './duration.ts';
import { labelsCell, type ObjectSelector, selectorCell, selectorText } from './selector-text.ts';

interface Template {
  readonly spec?: { readonly containers?: readonly Container[]; readonly nodeSelector?: StringMap };
}

/** A kind that makes pods. */
export interface Workload extends ApiObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: ObjectSelector;
    readonly template?: Template;
    readonly completions?: number;
    readonly parallelism?: number;
  };
  readonly status?: {
    readonly [count: string]: unknown;
    readonly conditions?: readonly Condition[];
    readonly startTime?: string;
    readonly completionTime?: string;
  };
}

interface CronJob extends ApiObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly jobTemplate?: { readonly spec?: Workload['spec'] };
  };
  readonly status?: { readonly active?: readonly unknown[]; readonly lastScheduleTime?: string };
}

export const deploymentPrinter: Printer<Workload> = {
  columns: [
    nameColumn,
    column('Ready', 'string', 'Number of the pod with ready state'),
    column('Up-to-date'),
    column('Available'),
    ageColumn,
    ...workloadColumns,
  ],
  cells: (each) => [
    each.metadata.name,
    `${count(each, 'readyReplicas')}/${each.spec.replicas ?? 0}`,
    count(each, 'updatedReplicas'),
    count(each, 'availableReplicas'),
    age(each.metadata.creationTimestamp),
    ...containerCells(each.spec.template),
    selectorText(each.spec.selector ?? {}),
  ],
};

export const replicaSetPrinter: Printer<Workload> = {
  columns: [
    nameColumn,
    column('Desired', 'integer'),
    column('Current', 'integer'),
    column('Ready', 'integer'),
    ageColumn,
    ...workloadColumns,
  ],
  cells: (each) => [
    each.metadata.name,
    each.spec.replicas ?? 0,
    count(each, 'replicas'),
    count(each, 'readyReplicas'),
    age(each.metadata.creationTimestamp),
    ...containerCells(each.spec.template),
    selectorCell(each.spec.selector),
  ],
};

export const statefulSetPrinter: Printer<Workload> = {
  columns: [nameColumn, column('Ready'), ageColumn, wide('Containers'), wide('Images')],
  cells: (each) => [
    each.metadata.name,
    `${count(each, 'readyReplicas')}/${each.spec.replicas ?? 0}`,
    age(each.metadata.creationTimestamp),
    ...containerCells(each.spec.template),
  ],
};

export const daemonSetPrinter: Printer<Workload> = {
  columns: [
    nameColumn,
    column('Desired', 'integer'),
    column('Current', 'integer'),
    column('Ready', 'integer'),
    column('Up-to-date', 'integer'),
    column('Available', 'integer'),
    column('Node Selector'),
    ageColumn,
    ...workloadColumns,
  ],
  cells: (each) => [
    each.metadata.name,
    count(each, 'desiredNumberScheduled'),
    count(each, 'currentNumberScheduled'),
    count(each, 'numberReady'),
    count(each, 'updatedNumberScheduled'),
    count(each, 'numberAvailable'),
    labelsCell(each.spec.template?.spec?.nodeSelector),
    age(each.metadata.creationTimestamp),
    ...containerCells(each.spec.template),
    selectorCell(each.spec.selector),
  ],
};

export const jobPrinter: Printer<Workload> = {
  columns: [
    nameColumn,
    column('Status', 'string', 'Status of the job.'),
    column('Completions'),
    column('Duration', 'string', 'Time required to complete the job.'),
    ageColumn,
    ...workloadColumns,
  ],
  cells: (each) => [
    each.metadata.name,
    jobStatus(each),
    completions(each),
    jobDuration(each),
    age(each.metadata.creationTimestamp),
    ...containerCells(each.spec.template),
    selectorCell(each.spec.selector),
  ],
};

export const cronJobPrinter: Printer<CronJob> = {
  columns: [
    nameColumn,
    column('Schedule'),
    column('Timezone'),
    column('Suspend', 'boolean'),
    column('Active', 'integer'),
    column('Last Schedule'),
    ageColumn,
    ...workloadColumns,
  ],
  cells: ({ metadata, spec, status }) => [
    metadata.name,
    spec.schedule,
    spec.timeZone ?? '<none>',
    spec.suspend === true ? 'True' : spec.suspend === false ? 'False' : '<unset>',
    status?.active?.length ?? 0,
    status?.lastScheduleTime === undefined ? '<none>' : age(status.lastScheduleTime),
    age(metadata.creationTimestamp),
    ...containerCells(spec.jobTemplate?.spec?.template),
    selectorCell(spec.jobTemplate?.spec?.selector),
  ],
};

function count({ status }: Workload, field: string): number {
  return Number(status?.[field] ?? 0);
}

function containerCells(template: Template | undefined): [names: string, images: string] {
  const containers = template?.spec?.containers ?? [];
  return [containers.map(({ name }) => name).join(','), containers.map(({ image }) => image).join(',')];
}

function jobStatus({ metadata, status }: Workload): string {
  const is = (wanted: string) =>
    status?.conditions?.some(({ type, status: value }) => type === wanted && value === 'True');
  if (is('Complete')) return 'Complete';
  if (is('Failed')) return 'Failed';
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (is('Suspended')) return 'Suspended';
  if (is('FailureTarget')) return 'FailureTarget';
  return is('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

function completions(job: Workload): string {
  const done = count(job, 'succeeded');
  const { completions: wanted, parallelism = 0 } = job.spec;
  if (wanted !== undefined) return `${done}/${wanted}`;
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function jobDuration({ status }: Workload): string {
  if (status?.startTime === undefined) return '';
  const end = status.completionTime === undefined ? Date.now() : Date.parse(status.completionTime);
  return humanDuration((end - Date.parse(status.startTime)) / 1000);
}

export const controllerRevisionPrinter: Printer = {
  columns: [
    nameColumn,
    column('Controller', 'string', 'Controller of the object'),
    column('Revision'),
    ageColumn,
  ],
  cells: ({ metadata, revision }) => {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
    const group = owner?.apiVersion.split('/').slice(0, -1).join('/') ?? '';
    const kind = [owner?.kind.toLowerCase(), group].filter(Boolean).join('.');
    return [
      metadata.name,
      owner === undefined ? '<none>' : `${kind}/${owner.name}`,
      Number(revision ?? 0),
      age(metadata.creationTimestamp),
    ];
  },
};
