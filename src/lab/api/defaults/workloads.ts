import { change, changeEach, type Fields, fill } from './fill.ts';
import { completeTemplate } from './pod.ts';
import { completeClaim } from './volume.ts';

// SetDefaults_Deployment and its neighbours in k8s.io/kubernetes/pkg/apis/apps/v1 and batch/v1.

const history = { revisionHistoryLimit: 10 };

function withSpec(object: Fields, complete: (spec: Fields) => Fields): Fields {
  return change(object, 'spec', (spec: Fields) => change(complete(spec), 'template', completeTemplate));
}

/** The strategy with what a rolling update lacks. */
function rolling(strategy: unknown, type: string, values: Fields): Fields {
  const typed = fill((strategy ?? {}) as Fields, { type });
  if (typed.type !== type) return typed;
  const update = (typed.rollingUpdate ?? {}) as Fields;
  const filled = fill(update, values);
  return filled === typed.rollingUpdate ? typed : { ...typed, rollingUpdate: filled };
}

export function completeDeployment(object: Fields): Fields {
  return withSpec(object, (spec) => ({
    ...fill(spec, { replicas: 1, ...history, progressDeadlineSeconds: 600 }),
    strategy: rolling(spec.strategy, 'RollingUpdate', { maxUnavailable: '25%', maxSurge: '25%' }),
  }));
}

export function completeDaemonSet(object: Fields): Fields {
  return withSpec(object, (spec) => ({
    ...fill(spec, history),
    updateStrategy: rolling(spec.updateStrategy, 'RollingUpdate', { maxUnavailable: 1, maxSurge: 0 }),
  }));
}

export function completeStatefulSet(object: Fields): Fields {
  return withSpec(object, (spec) => {
    const { type } = (spec.updateStrategy ?? {}) as Fields;
    const { rollingUpdate } = (spec.updateStrategy ?? {}) as Fields;
    const kept = type === 'RollingUpdate' && rollingUpdate === undefined;
    const retention = { whenDeleted: 'Retain', whenScaled: 'Retain' };
    const completed = {
      ...fill(spec, { replicas: 1, podManagementPolicy: 'OrderedReady', ...history }),
      // Partitions are filled in where there is a rollingUpdate, and where nothing is said at all.
      updateStrategy: kept
        ? spec.updateStrategy
        : rolling(spec.updateStrategy, 'RollingUpdate', { partition: 0 }),
      persistentVolumeClaimRetentionPolicy: fill(
        (spec.persistentVolumeClaimRetentionPolicy ?? {}) as Fields,
        retention,
      ),
    };
    return changeEach(completed, 'volumeClaimTemplates', completeClaim);
  });
}

export function completeReplicaSet(object: Fields): Fields {
  return withSpec(object, (spec) => fill(spec, { replicas: 1 }));
}

export function completeJob(object: Fields): Fields {
  return withTemplateLabels(withSpec(object, completeJobSpec));
}

function completeJobSpec(spec: Fields): Fields {
  const policed = change(spec, 'podFailurePolicy', completeFailurePolicy);
  const alone = spec.completions === undefined && spec.parallelism === undefined;
  return fill(policed, {
    ...(alone && { completions: 1 }),
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
}

function completeFailurePolicy(policy: Fields): Fields {
  return changeEach(policy, 'rules', (rule: Fields) =>
    changeEach(rule, 'onPodConditions', (condition: Fields) => fill(condition, { status: 'True' })),
  );
}

export function completeCronJob(object: Fields): Fields {
  return change(object, 'spec', (spec: Fields) => {
    const filled = fill(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    return change(filled, 'jobTemplate', (template: Fields) => {
      const whole = template.metadata === undefined ? { metadata: {}, ...template } : template;
      return change(whole, 'spec', (job: Fields) =>
        change(change(job, 'podFailurePolicy', completeFailurePolicy), 'template', completeTemplate),
      );
    });
  });
}

/** Without labels of its own a Job gets those of its template. */
function withTemplateLabels(object: Fields): Fields {
  const metadata = object.metadata as Fields;
  const { template } = object.spec as { readonly template?: { readonly metadata?: Fields } };
  const labels = template?.metadata?.labels as Fields | undefined;
  if (labels === undefined || Object.keys((metadata.labels ?? {}) as Fields).length > 0) return object;
  return { ...object, metadata: { ...metadata, labels } };
}
