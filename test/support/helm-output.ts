/**
 * What Helm 3.22 printed for Istio's charts with `global.networkPolicy.enabled=true` and `-s templates/networkpolicy.yaml`, one of each minor. The comments of the
 * templates are left out.
 */
export const helmOutput = {
  'istiod of 1.28': `---
# Source: istiod/templates/networkpolicy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: istiod
  namespace: istio-system
  labels:
    app: istiod
    istio.io/rev: "default"
    install.operator.istio.io/owning-resource: unknown
    operator.istio.io/component: "Pilot"
    istio: pilot
    release: istiod
    app.kubernetes.io/name: "istiod"
    app.kubernetes.io/managed-by: "Helm"
    app.kubernetes.io/instance: "istiod"
    app.kubernetes.io/part-of: "istio"
    app.kubernetes.io/version: "1.0.0"
    helm.sh/chart: istiod-1.0.0
spec:
  podSelector:
    matchLabels:
      app: istiod
      istio.io/rev: "default"
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - from: []
    ports:
    - protocol: TCP
      port: 15017
  - from: []
    ports:
    - protocol: TCP
      port: 15010
    - protocol: TCP
      port: 15011
    - protocol: TCP
      port: 15012
    - protocol: TCP
      port: 8080
    - protocol: TCP
      port: 15014
  egress:
  - {}
`,
  'istio-cni of 1.29': `---
# Source: cni/templates/networkpolicy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: istio-cni
  namespace: istio-system
  labels:
    k8s-app: istio-cni-node
    release: istio-cni
    istio.io/rev: "default"
    install.operator.istio.io/owning-resource: unknown
    operator.istio.io/component: "Cni"
    app.kubernetes.io/name: istio-cni
    app.kubernetes.io/managed-by: "Helm"
    app.kubernetes.io/instance: "istio-cni"
    app.kubernetes.io/part-of: "istio"
    app.kubernetes.io/version: "1.0.0"
    helm.sh/chart: cni-1.0.0
spec:
  podSelector:
    matchLabels:
      k8s-app: istio-cni-node
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - from: []
    ports:
    - protocol: TCP
      port: 15014
  - from: []
    ports:
    - protocol: TCP
      port: 8000
  egress:
  - {}
`,
  'gateway of 1.30 with labels.app': `---
# Source: gateway/templates/networkpolicy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: edge
  namespace: edge
  labels:
    app: edge
    istio.io/rev: "default"
    install.operator.istio.io/owning-resource: unknown
    operator.istio.io/component: "Gateway"
    istio: edge
    release: edge
    app.kubernetes.io/name: edge
    app: "front"
    istio: edge
    "istio.io/dataplane-mode": "none"
spec:
  podSelector:
    matchLabels:
      app: "front"
      istio: edge
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - ports:
    - protocol: TCP
      port: 15021
  - ports:
    - protocol: TCP
      port: 15020
    - protocol: TCP
      port: 15090
  - ports:
    - protocol: TCP
      port: 15021
  - ports:
    - protocol: TCP
      port: 80
  - ports:
    - protocol: TCP
      port: 443
  egress:
  - {}
`,
  'ztunnel of 1.31': `---
# Source: ztunnel/templates/networkpolicy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ztunnel
  namespace: "istio-system"
  labels:
    app: ztunnel
    app.kubernetes.io/name: ztunnel
    istio.io/rev: "default"
    install.operator.istio.io/owning-resource: unknown
    operator.istio.io/component: "Ztunnel"
    release: ztunnel
    app.kubernetes.io/managed-by: "Helm"
    app.kubernetes.io/instance: "ztunnel"
    app.kubernetes.io/part-of: "istio"
    app.kubernetes.io/version: "1.0.0"
    helm.sh/chart: ztunnel-1.0.0
spec:
  podSelector:
    matchLabels:
      app: ztunnel
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - ports:
    - protocol: TCP
      port: 15021
  - ports:
    - protocol: TCP
      port: 15020
  - ports:
    - protocol: TCP
      port: 15000
  - ports:
    - protocol: TCP
      port: 15008
  - ports:
    - protocol: TCP
      port: 15001
  - ports:
    - protocol: TCP
      port: 15006
  - ports:
    - protocol: TCP
      port: 15053
    - protocol: UDP
      port: 15053
  egress:
  - {}
`,
} as const;
