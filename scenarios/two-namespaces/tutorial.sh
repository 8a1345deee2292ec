#!/usr/bin/env bash
# The tutorial, command by command: two namespaces, shut off from each other by Istio and by Kubernetes. Every command is shown before it runs, and what it says is
# checked. It speaks with whatever cluster KUBECONFIG names; with a lab:
#
#   portcullis lab up --empty --node-agent kube-router
#   portcullis lab shell
#   scenarios/two-namespaces/tutorial.sh
#
# Exit code: 0 all as expected; 1 something is not; 65 a program is missing.
set -uo pipefail
cd "$(dirname "$0")" || exit 70

for program in kubectl envsubst; do
  command -v "$program" > /dev/null && continue
  echo "tutorial: $program is not installed; portcullis lab doctor says how to get it" >&2
  exit 65
done
if [[ -z ${KUBECONFIG:-} ]]; then
  echo 'tutorial: KUBECONFIG is not set; portcullis lab shell sets it' >&2
  exit 65
fi

say() { printf '\n# %s\n' "$*"; }

# Shows a command, runs it and keeps what it says in $output.
run() {
  printf '\n$ %s\n' "$1"
  output=$(eval "$1" 2>&1 | tr -d '\r')
  [[ -z $output ]] || printf '%s\n' "$output"
}

expect() {
  if grep -qF -- "$1" <<< "$output"; then
    printf '  ✓ %s\n' "${2:-$1}"
  else
    printf '  ✗ expected: %s\n' "$1" >&2
    exit 1
  fi
}

expect_nothing() {
  if [[ -z $output ]]; then printf '  ✓ %s\n' "$1"; else printf '  ✗ expected: %s\n' "$1" >&2; exit 1; fi
}

# Shows a watch until both pods run with their sidecars, then ends it.
watch_until_running() {
  local line running='' watcher
  printf '\n$ %s\n' 'kubectl get pods -Aw'
  exec 3< <(exec kubectl get pods -Aw 2>&1)
  watcher=$!
  while IFS= read -r -t 60 -u 3 line; do
    printf '%s\n' "$line"
    [[ $line =~ ^(np-test-[12])\ .*\ 2/2\ +Running\  ]] && running+="${BASH_REMATCH[1]} "
    [[ $running == *np-test-1\ * && $running == *np-test-2\ * ]] && break
  done
  kill "$watcher" 2> /dev/null
  exec 3<&-
  output=$running
  expect 'np-test-1 ' 'the pod in np-test-1 runs'
  expect 'np-test-2 ' 'the pod in np-test-2 runs'
}

call_2_from_1() {
  run 'kubectl exec -it $(kubectl get pod -l app=np-test-nginx-1 -n np-test-1 -o jsonpath="{.items[0].metadata.name}") -n np-test-1 -- bash -c "curl -sf --max-time 3 svc-np-test-nginx-2.np-test-2 || echo Failed calling np-test-nginx-2"'
}

call_1_from_2() {
  run 'kubectl exec -it $(kubectl get pod -l app=np-test-nginx-2 -n np-test-2 -o jsonpath="{.items[0].metadata.name}") -n np-test-2 -- bash -c "curl -sf --max-time 3 svc-np-test-nginx-1.np-test-1 || echo Failed calling np-test-nginx-1"'
}

both_ways_open() {
  call_2_from_1
  expect 'Hello world - np-test-nginx-2!'
  call_1_from_2
  expect 'Hello world - np-test-nginx-1!'
}

say 'Two namespaces whose pods get Istio sidecars.'
run 'kubectl create namespace np-test-1'
expect 'namespace/np-test-1 created'
run 'kubectl label namespace np-test-1 istio-injection=enabled --overwrite'
expect 'namespace/np-test-1 labeled'
run 'kubectl create namespace np-test-2'
expect 'namespace/np-test-2 created'
run 'kubectl label namespace np-test-2 istio-injection=enabled --overwrite'
expect 'namespace/np-test-2 labeled'

say 'A web server in each.'
run 'SERVICE_NAME=np-test-nginx-1 envsubst < app.yaml.template | kubectl apply -f - -n np-test-1'
expect 'deployment.apps/np-test-nginx-1 created'
run 'SERVICE_NAME=np-test-nginx-2 envsubst < app.yaml.template | kubectl apply -f - -n np-test-2'
expect 'deployment.apps/np-test-nginx-2 created'
watch_until_running

say 'Nothing forbids anything: they answer each other.'
both_ways_open

say 'Istio shuts np-test-2: its proxies answer every request with 403.'
run 'kubectl apply -f deny-all-authorizationpolicy.yaml -n np-test-2'
expect 'authorizationpolicy.security.istio.io/deny-all-ingress-using-authorizationpolicy created'
call_2_from_1
expect 'Failed calling np-test-nginx-2'
run 'kubectl exec $(kubectl get pod -l app=np-test-nginx-1 -n np-test-1 -o jsonpath="{.items[0].metadata.name}") -n np-test-1 -- curl -s -w " (HTTP %{http_code})" svc-np-test-nginx-2.np-test-2'
expect 'RBAC: access denied (HTTP 403)' 'failed by a 403 of the proxy'
call_1_from_2
expect 'Hello world - np-test-nginx-1!' 'the way out of np-test-2 is open'

say "The proxy that denied says so; the client's proxy does not."
run 'kubectl logs -n np-test-2 $(kubectl get pod -l app=np-test-nginx-2 -n np-test-2 -o jsonpath="{.items[0].metadata.name}") -c istio-proxy | grep rbac | grep denied'
expect 'enforced denied, matched policy ns[np-test-2]-policy[deny-all-ingress-using-authorizationpolicy]-rule[0]'
run 'kubectl logs -n np-test-1 $(kubectl get pod -l app=np-test-nginx-1 -n np-test-1 -o jsonpath="{.items[0].metadata.name}") -c istio-proxy | grep rbac | grep denied'
expect_nothing 'no such line in np-test-1'

if command -v istioctl > /dev/null; then
  say 'istioctl makes a proxy write that log, and lists the policies that it has.'
  run 'istioctl proxy-config log $(kubectl get pod -l app=np-test-nginx-2 -n np-test-2 -o jsonpath="{.items[0].metadata.name}").np-test-2 --level rbac:debug'
  expect '  rbac: debug'
  run 'istioctl x authz check $(kubectl get pod -l app=np-test-nginx-2 -n np-test-2 -o jsonpath="{.items[0].metadata.name}").np-test-2'
  expect 'DENY     deny-all-ingress-using-authorizationpolicy.np-test-2   1'
else
  say 'NOT CHECKED: what istioctl says; it is not installed (portcullis lab shell answers in its place)'
fi

if command -v portcullis > /dev/null; then
  say 'From those lines to the rule that denied, by file and line, and to the smallest edit that lets this caller in. The policy is a copy, to be edited.'
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  cp deny-all-authorizationpolicy.yaml "$scratch/policy.yaml"
  run 'kubectl get namespaces,pods,services -A -o yaml > $scratch/cluster.yaml'
  expect_nothing 'the pods and their addresses, as the cluster has them'
  run 'kubectl logs -n np-test-2 $(kubectl get pod -l app=np-test-nginx-2 -n np-test-2 -o jsonpath="{.items[0].metadata.name}") -c istio-proxy | grep rbac | grep denied | portcullis debug -f $scratch/policy.yaml -f $scratch/cluster.yaml --fix'
  expect 'policy.yaml:9:7'
  expect 'verified: the request gets through' 'a fix that was tried'
  run 'kubectl logs -n np-test-2 $(kubectl get pod -l app=np-test-nginx-2 -n np-test-2 -o jsonpath="{.items[0].metadata.name}") -c istio-proxy | grep rbac | grep denied | portcullis debug -f $scratch/policy.yaml -f $scratch/cluster.yaml --write'
  expect 'written: '
  run 'kubectl apply -f $scratch/policy.yaml -n np-test-2'
  expect 'configured'
  call_2_from_1
  expect 'Hello world - np-test-nginx-2!' 'the fix does what it says'
else
  say 'NOT CHECKED: portcullis debug; portcullis is not on PATH (portcullis lab shell has it)'
fi
run 'kubectl delete -f deny-all-authorizationpolicy.yaml -n np-test-2'
expect 'deleted'
both_ways_open

say 'Kubernetes shuts np-test-2: its node drops every packet, before any proxy sees it.'
run 'kubectl apply -f deny-all-networkpolicy.yaml -n np-test-2'
expect 'networkpolicy.networking.k8s.io/deny-all-ingress-using-networkpolicy created'
run 'kubectl get networkpolicy -n np-test-2'
expect 'deny-all-ingress-using-networkpolicy'
call_2_from_1
expect 'Failed calling np-test-nginx-2'
run 'kubectl exec $(kubectl get pod -l app=np-test-nginx-1 -n np-test-1 -o jsonpath="{.items[0].metadata.name}") -n np-test-1 -- bash -c "curl -sf --max-time 3 svc-np-test-nginx-2.np-test-2; echo curl ended with \$?"'
expect 'curl ended with 28' 'failed by a timeout of 3 s'
call_1_from_2
expect 'Hello world - np-test-nginx-1!' 'the way out of np-test-2 is open'

for agent in kube-router calico-node; do
  kubectl get pods -n kube-system -l "k8s-app=$agent" -o name | grep -q . || continue
  say "The node's agent tells of the dropped packets."
  from=$(kubectl get pod -l app=np-test-nginx-1 -n np-test-1 -o jsonpath='{.items[0].status.podIP}')
  to=$(kubectl get pod -l app=np-test-nginx-2 -n np-test-2 -o jsonpath='{.items[0].status.podIP}')
  run "kubectl logs -n kube-system -l k8s-app=$agent | tail -n 3"
  expect "SRC=$from DST=$to" 'the packets from np-test-1 to np-test-2'
  agent_told=yes
  # Calico's packet log says that a rule logged a packet, not what became of it.
  [[ $agent == kube-router && -n ${scratch:-} ]] || continue
  run "kubectl logs -n kube-system -l k8s-app=$agent | portcullis debug -f deny-all-networkpolicy.yaml -f \$scratch/cluster.yaml"
  expect 'deny-all-networkpolicy.yaml:' 'the policy, by file and line'
done
[[ -n ${agent_told:-} ]] || say 'NOT CHECKED: the log of a node agent; there is none (portcullis lab up --node-agent kube-router)'

say 'Both gone: everything is as in the beginning.'
run 'kubectl delete -f deny-all-networkpolicy.yaml -n np-test-2'
expect 'deleted'
both_ways_open

run 'kubectl delete namespace np-test-1'
expect 'namespace "np-test-1" deleted'
run 'kubectl delete namespace np-test-2'
expect 'namespace "np-test-2" deleted'
say 'All as expected.'
