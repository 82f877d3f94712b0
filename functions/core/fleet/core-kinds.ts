// Which kinds belong to Kubernetes itself, and which conditions to the controller of a kind: a profile is kept from writing there.

import type { Profile } from "../profile/profile.ts";
import { type Problem, problemText } from "../validation.ts";

/** A kind as the deployment lists it: `deployments.apps`, and `nodes` for the core group. */
function kindName({ plural, group }: { readonly plural: string; readonly group: string }): string {
  return group === "" ? plural : `${plural}.${group}`;
}

// Groups without a dot are Kubernetes' own: https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/. Those that end so are
// kept for it: https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/2337-k8s.io-group-protection
const OWN_GROUPS = /^([a-z0-9-]*|([a-z0-9-]+\.)*(k8s|kubernetes)\.io)$/;

// By kind: what its own controller writes, and reads back.
const OWN_CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  nodes: ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"],
  pods: ["Ready", "ContainersReady", "Initialized", "PodScheduled", "PodReadyToStartContainers", "DisruptionTarget"],
  namespaces: ["NamespaceContentRemaining", "NamespaceFinalizersRemaining", "NamespaceDeletionContentFailure"],
  persistentvolumeclaims: ["Resizing", "FileSystemResizePending", "ModifyingVolume"],
  services: ["LoadBalancerPortsError"],
  "deployments.apps": ["Available", "Progressing", "ReplicaFailure"],
  "replicasets.apps": ["ReplicaFailure"],
  "jobs.batch": ["Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet"],
  "horizontalpodautoscalers.autoscaling": ["AbleToScale", "ScalingActive", "ScalingLimited"],
  "poddisruptionbudgets.policy": ["DisruptionAllowed"],
  "certificatesigningrequests.certificates.k8s.io": ["Approved", "Denied", "Failed"],
  "customresourcedefinitions.apiextensions.k8s.io": ["Established", "NamesAccepted", "NonStructuralSchema", "Terminating"],
  "apiservices.apiregistration.k8s.io": ["Available"],
  "gateways.gateway.networking.k8s.io": ["Accepted", "Programmed"],
  "certificates.cert-manager.io": ["Ready", "Issuing"],
  "issuers.cert-manager.io": ["Ready"],
  "clusterissuers.cert-manager.io": ["Ready"],
  "nodepools.karpenter.sh": ["Ready", "ValidationSucceeded", "NodeClassReady"],
  "nodeclaims.karpenter.sh": ["Ready", "Launched", "Registered", "Initialized"],
};

/** What a profile names that is not a profile's to write; `listed` are kinds that the deployment allows. */
export function coreKindErrors(
  { condition, flows }: Pick<Profile, "condition" | "flows">,
  listed: readonly string[] = [],
): readonly Problem[] {
  const problems = flows.flatMap(({ of }, index) => {
    const name = kindName(of);
    if (OWN_GROUPS.test(of.group) && !listed.includes(name))
      return [{ path: ["flows", index, "of"], message: `${name} is a kind of Kubernetes itself: ${LIST_IT}` }];
    return OWN_CONDITIONS[name]?.includes(condition)
      ? [{ path: ["condition"], message: `${condition} of ${name} belongs to its own controller: choose another name` }]
      : [];
  });
  return [...new Map(problems.map((problem) => [problemText(problem), problem])).values()];
}

const LIST_IT = "list it in the deployment's parameter `coreKinds`, or in CORE_KINDS, if profiles may write there";
