import { completeContainer } from './container.ts';
import { change, changeEach, type Fields, fill } from './fill.ts';
import { completeVolume } from './volume.ts';

/** A pod's spec as the API server completes it in templates, too (SetDefaults_PodSpec). */
function completePodSpec(spec: Fields): Fields {
  let result = fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
  });
  // The old name of the field is always there with the new one, and each stands for the other.
  const account = result.serviceAccountName || result.serviceAccount;
  if (account) result = fill(result, { serviceAccountName: account, serviceAccount: account });
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    result = changeEach(result, list, completeContainer);
  }
  return changeEach(result, 'volumes', completeVolume);
}

/** A whole object with a pod template at `spec.template`. */
export function completeTemplate(template: Fields): Fields {
  const whole = template.metadata === undefined ? { metadata: {}, ...template } : template;
  return change(whole, 'spec', completePodSpec);
}

/** What only pods get: what they ask for where they only say how much they may use, and host ports on the host's network. */
export function completePod(pod: Fields): Fields {
  const completed = change(pod, 'spec', (given: Fields) => {
    const spec = fill(completePodSpec(given), {
      enableServiceLinks: true,
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    });
    let result = spec;
    for (const list of ['containers', 'initContainers']) {
      result = changeEach(result, list, (container: Fields) => {
        const requesting = change(container, 'resources', withRequests);
        return spec.hostNetwork === true ? changeEach(requesting, 'ports', withHostPort) : requesting;
      });
    }
    return result;
  });
  const { phase } = (completed.status ?? {}) as { readonly phase?: string };
  return phase ? completed : { ...completed, status: { ...(completed.status as object), phase: 'Pending' } };
}

function withRequests(resources: Fields): Fields {
  const { limits, requests } = resources as { readonly limits?: Fields; readonly requests?: Fields };
  if (limits === undefined) return resources;
  return { ...resources, requests: fill(requests ?? {}, limits) };
}

function withHostPort(port: Fields): Fields {
  return fill(port, { hostPort: port.containerPort });
}
