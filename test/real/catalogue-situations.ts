// What the metrics of each operator show, and which alerts of the catalogue fire then: each rule once, and each trap.

/** What is scraped every minute, and the alerts that fire in the end: these, and no other of the profile. */
export type Situation = { readonly when: string; readonly series: Readonly<Record<string, string>>; readonly fires: readonly string[] };

const always = (value: number) => `${value}x790`;
const growing = (step: number) => `0+${step}x790`;

const gotk = (kind: string, ready: string, more = "") =>
  `gotk_resource_info{customresource_kind="${kind}",exported_namespace="shop",name="web",ready="${ready}"${more}}`;
const flux = (kind: string) => `{customresource_kind="${kind}", exported_namespace="shop", name="web"}`;

/** A revision every ten minutes, each a series of its own, and all of them failing. */
function revisions(kind: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...Array(79).keys()].map((nth) => [gotk(kind, "False", `,revision="r${nth}"`), `_x${nth * 10} 1x9 stale`.replace("_x0 ", "")]),
  );
}

const certificate = 'exported_namespace="shop",name="web",namespace="cert-manager"';
const SHOP_WEB = 'exported_namespace="shop", name="web", namespace="cert-manager"';
const DAY = 86_400;
const isUp = { 'up{job="cert-manager"}': always(1) };
const lives = (expires: number, renews: number) => ({
  [`certmanager_certificate_expiration_timestamp_seconds{${certificate}}`]: always(expires * DAY),
  [`certmanager_certificate_renewal_timestamp_seconds{${certificate}}`]: always(renews * DAY),
});

const instance = (pod: string) => `namespace="shop",pod="${pod}"`;
const pods = { 'kube_pod_info{namespace="shop",pod="db-1",created_by_kind="Cluster",created_by_name="db"}': always(1) };
const collected = { [`cnpg_collector_up{cluster="db",${instance("db-1")}}`]: always(1) };
const DB = '{cluster="db", namespace="shop"}';

const state = (what: string, type: string, status: string) =>
  `capi_${what}_status_condition{name="web",namespace="shop",type="${type}",status="${status}"}`;
const CAPI = '{name="web", namespace="shop"}';
const claim = (type: string, status: string) =>
  `operator_nodeclaim_status_condition_count{name="gpu-1",namespace="karpenter",type="${type}",status="${status}"}`;
const launched = { [claim("Launched", "True")]: always(1) };
const managed = (what: string, gvk: string) => `crossplane_managed_resource_${what}{gvk="${gvk}"}`;
const [NAMESPACED, CLUSTER] = ["s3.aws.m.upbound.io/v1beta1, Kind=Bucket", "s3.aws.upbound.io/v1beta2, Kind=Bucket"];
const status = (kind: string, value: string) =>
  `${kind}_status_condition{condition="Ready",exported_namespace="shop",name="web",status="${value}"}`;
const READY_FALSE = '{condition="Ready", exported_namespace="shop", name="web", status="False"}';
const scaled = 'exported_namespace="shop",namespace="keda",scaledObject="web"';
const SCALED = 'exported_namespace="shop", namespace="keda", scaledObject="web"';
const keda = { keda_build_info: always(1) };
const queue = (value: string) => `kueue_cluster_queue_status{cluster_queue="team",replica_role="leader",status="${value}"}`;
const robust = (value: string) => `longhorn_volume_robustness{volume="v1",node="n1",state="${value}"}`;
const health = 'dest_server="s",exported_namespace="shop",job="argocd",name="web",project="p"';
const APP = 'dest_server="s", job="argocd", name="web", project="p"';

const fluxOf = (kind: string, fails: string, undecided: readonly Situation[]): readonly Situation[] => [
  { when: "all is well", series: { [gotk(kind, "True")]: always(1) }, fires: [] },
  { when: "it fails", series: { [gotk(kind, "False")]: always(1) }, fires: [`${fails}${flux(kind)}`] },
  { when: "it fails, with a revision every ten minutes", series: revisions(kind), fires: [`${fails}${flux(kind)}`] },
  ...undecided,
  { when: "nothing is told of Flux", series: { up: always(1) }, fires: ["FluxResourcesAbsent{}"] },
];

export const situations: Readonly<Record<string, readonly Situation[]>> = {
  "flux-kustomization": fluxOf("Kustomization", "FluxKustomizationFailure", [
    {
      when: "it is undecided",
      series: { [gotk("Kustomization", "Unknown")]: always(1) },
      fires: [`FluxKustomizationUndecided${flux("Kustomization")}`],
    },
  ]),
  "flux-helmrelease": fluxOf("HelmRelease", "FluxHelmreleaseFailure", [
    {
      when: "it is undecided",
      series: { [gotk("HelmRelease", "Unknown")]: always(1) },
      fires: [`FluxHelmreleaseUndecided${flux("HelmRelease")}`],
    },
  ]),
  "flux-gitrepository": fluxOf("GitRepository", "FluxSourceIssue", []),
  "cert-manager-certificate": [
    {
      when: "all is well",
      series: { ...isUp, ...lives(90, 60), [`certmanager_certificate_ready_status{${certificate},condition="True"}`]: always(1) },
      fires: [],
    },
    {
      when: "it is not ready",
      series: { ...isUp, [`certmanager_certificate_ready_status{${certificate},condition="False"}`]: always(1) },
      fires: [`CertManagerCertNotReady{condition="False", ${SHOP_WEB}}`],
    },
    { when: "its renewal is not due yet", series: { ...isUp, ...lives(2, 1) }, fires: [] },
    {
      when: "half of the time for its renewal has passed",
      series: { ...isUp, ...lives(0.04, 0.001) },
      fires: [`CertManagerCertExpirySoon{${SHOP_WEB}}`],
    },
    { when: "cert-manager is not there", series: { up: always(1) }, fires: ["CertManagerAbsent{}"] },
  ],
  "cert-manager-issuer": [
    {
      when: "it is not ready",
      series: {
        ...isUp,
        'certmanager_issuer_ready_status{exported_namespace="shop",name="ca",namespace="cert-manager",condition="False"}': always(1),
      },
      fires: ['CertManagerIssuerNotReady{exported_namespace="shop", name="ca", namespace="cert-manager"}'],
    },
    { when: "cert-manager is not there", series: { up: always(1) }, fires: ["CertManagerAbsent{}"] },
  ],
  "cert-manager-clusterissuer": [
    {
      when: "it is not ready",
      series: { ...isUp, 'certmanager_clusterissuer_ready_status{name="ca",namespace="cert-manager",condition="Unknown"}': always(1) },
      fires: ['CertManagerClusterIssuerNotReady{name="ca"}'],
    },
    { when: "cert-manager is not there", series: { up: always(1) }, fires: ["CertManagerAbsent{}"] },
  ],
  "cloudnative-pg-cluster": [
    {
      when: "all is well",
      series: { ...pods, ...collected, [`cnpg_pg_replication_streaming_replicas{${instance("db-1")}}`]: always(2) },
      fires: [],
    },
    {
      when: "no instance is up",
      series: { ...pods, [`cnpg_collector_up{cluster="db",${instance("db-1")}}`]: always(0) },
      fires: [`CloudNativePGClusterOffline${DB}`],
    },
    {
      when: "connections run out",
      series: {
        ...pods,
        ...collected,
        [`cnpg_backends_total{${instance("db-1")},usename="app"}`]: always(97),
        [`cnpg_pg_settings_setting{${instance("db-1")},name="max_connections"}`]: always(100),
      },
      fires: [`CloudNativePGConnectionsExhausted${DB}`],
    },
    {
      when: "no replica follows",
      series: { ...pods, ...collected, [`cnpg_pg_replication_streaming_replicas{${instance("db-1")}}`]: always(0) },
      fires: [`CloudNativePGNoReplicaStreams${DB}`],
    },
    {
      when: "a replica lags",
      series: { ...pods, ...collected, [`cnpg_pg_replication_lag{${instance("db-1")}}`]: always(20) },
      fires: [`CloudNativePGReplicationLags${DB}`],
    },
    { when: "nothing scrapes its Pods", series: pods, fires: ['CloudNativePGNotScraped{created_by_name="db", namespace="shop"}'] },
    { when: "no Pod is listed", series: collected, fires: ['CloudNativePGPodsNotListed{created_by_kind="Cluster"}'] },
  ],
  "karpenter-nodepool": [
    {
      when: "one of its limits is near",
      series: {
        'karpenter_nodepools_usage{nodepool="gpu",resource_type="cpu"}': always(76),
        'karpenter_nodepools_limit{nodepool="gpu",resource_type="cpu"}': always(100),
      },
      fires: ['KarpenterNodepoolNearCapacity{nodepool="gpu"}'],
    },
    {
      when: "nodes take half an hour to go",
      series: {
        'karpenter_nodeclaims_termination_duration_seconds_sum{nodepool="gpu"}': growing(1_800),
        'karpenter_nodeclaims_termination_duration_seconds_count{nodepool="gpu"}': growing(1),
      },
      fires: ['KarpenterNodeClaimsTerminationDurationHigh{nodepool="gpu"}'],
    },
    {
      when: "the cloud refuses, and a claim is not found",
      series: {
        'karpenter_cloudprovider_errors_total{provider="aws",controller="lifecycle",method="Create",error="Quota"}': growing(1),
        'karpenter_cloudprovider_errors_total{provider="aws",controller="lifecycle",method="Get",error="NodeClaimNotFoundError"}':
          growing(1),
      },
      fires: ['KarpenterCloudProviderErrors{controller="lifecycle", method="Create", provider="aws"}'],
    },
  ],
  "karpenter-nodeclaim": [
    {
      when: "a condition of alertstatus is False",
      series: { ...launched, [claim("alertstatus.io/LaunchHealthy", "False")]: always(1) },
      fires: [],
    },
    {
      when: "it is not launched",
      series: { [claim("Launched", "Unknown")]: always(1) },
      fires: ['KarpenterNodeClaimNotLaunched{name="gpu-1"}'],
    },
    {
      when: "it is not registered",
      series: { ...launched, [claim("Registered", "Unknown")]: always(1) },
      fires: ['KarpenterNodeClaimNotRegistered{name="gpu-1"}'],
    },
    {
      when: "it is not initialized",
      series: { ...launched, [claim("Initialized", "False")]: always(1) },
      fires: ['KarpenterNodeClaimNotInitialized{name="gpu-1"}'],
    },
    { when: "nothing is told of claims", series: { up: always(1) }, fires: ['KarpenterNodeClaimsAbsent{type="Launched"}'] },
  ],
  "cluster-api-cluster": [
    {
      when: "a gate on a condition of alertstatus holds it back",
      series: { [state("cluster", "Available", "False")]: always(1) },
      fires: [],
    },
    ...Object.entries({
      ControlPlaneAvailable: "ControlPlaneNotAvailable",
      RemoteConnectionProbe: "ConnectionLost",
      InfrastructureReady: "InfrastructureNotReady",
      WorkersAvailable: "WorkersNotAvailable",
    }).map(([type, alert]) => ({
      when: `${type} is False`,
      series: { [state("cluster", type, "False")]: always(1) },
      fires: [`ClusterAPI${alert}${CAPI}`],
    })),
    { when: "nothing is told of clusters", series: { up: always(1) }, fires: ["ClusterAPIClustersAbsent{}"] },
  ],
  "cluster-api-machine": [
    { when: "a gate on a condition of alertstatus holds it back", series: { [state("machine", "Ready", "False")]: always(1) }, fires: [] },
    {
      when: "its node is not well",
      series: { [state("machine", "NodeHealthy", "False")]: always(1) },
      fires: [`ClusterAPIMachineNodeUnhealthy${CAPI}`],
    },
    {
      when: "it does not come up",
      series: { [state("machine", "BootstrapConfigReady", "False")]: always(1) },
      fires: [`ClusterAPIMachineNotProvisioned${CAPI}`],
    },
    { when: "nothing is told of machines", series: { up: always(1) }, fires: ["ClusterAPIMachinesAbsent{}"] },
  ],
  "cluster-api-machinedeployment": [
    {
      when: "it is not available",
      series: { [state("machinedeployment", "Available", "False")]: always(1) },
      fires: [`ClusterAPIMachineDeploymentNotAvailable${CAPI}`],
    },
    {
      when: "its rollout does not end",
      series: { [state("machinedeployment", "RollingOut", "True")]: always(1) },
      fires: [`ClusterAPIMachineDeploymentRolloutStuck${CAPI}`],
    },
    { when: "nothing is told of deployments", series: { up: always(1) }, fires: ["ClusterAPIMachineDeploymentsAbsent{}"] },
  ],
  "external-secrets-clustersecretstore": [
    {
      when: "it is not ready",
      series: { 'clustersecretstore_status_condition{condition="Ready",name="vault",status="False"}': always(1) },
      fires: ['ExternalSecretsClusterSecretStoreNotReady{condition="Ready", name="vault", status="False"}'],
    },
    {
      when: "it is ready",
      series: { 'clustersecretstore_status_condition{condition="Ready",name="vault",status="False"}': always(0) },
      fires: [],
    },
  ],
  "external-secrets-secretstore": [
    {
      when: "it is not ready",
      series: { [status("secretstore", "False")]: always(1) },
      fires: [`ExternalSecretsSecretStoreNotReady${READY_FALSE}`],
    },
  ],
  "external-secrets-pushsecret": [
    {
      when: "it is not ready",
      series: { [status("pushsecret", "False")]: always(1) },
      fires: [`ExternalSecretsPushSecretNotReady${READY_FALSE}`],
    },
  ],
  "external-secrets-externalsecret": [
    {
      when: "it is not ready",
      series: { [status("externalsecret", "False")]: always(1) },
      fires: [`ExternalSecretsExternalSecretNotReady${READY_FALSE}`],
    },
    {
      when: "attempts fail",
      series: {
        'externalsecret_sync_calls_error{exported_namespace="shop",name="web"}': growing(1),
        'externalsecret_sync_calls_total{exported_namespace="shop",name="web"}': growing(10),
      },
      fires: ['ExternalSecretsSyncErrors{exported_namespace="shop", name="web"}'],
    },
  ],
  "keda-scaledobject": [
    { when: "all is well", series: keda, fires: [] },
    {
      when: "scaling fails",
      series: { ...keda, [`keda_scaled_object_errors_total{${scaled}}`]: growing(1) },
      fires: [`KedaScaledObjectErrors{${SCALED}}`],
    },
    {
      when: "a trigger fails",
      series: { ...keda, [`keda_scaler_detail_errors_total{${scaled},scaler="s",type="kafka"}`]: growing(1) },
      fires: [`KedaScalerDetailErrors{${SCALED}, scaler="s", type="kafka"}`],
    },
    {
      when: "a trigger is slow",
      series: { ...keda, [`keda_scaler_metrics_latency_seconds{${scaled},scaler="s"}`]: always(9) },
      fires: [`KedaScalerLatencyHigh{${SCALED}, scaler="s"}`],
    },
    { when: "KEDA is not there", series: { up: always(1) }, fires: ["KedaMetricsAbsent{}"] },
  ],
  "kueue-clusterqueue": [
    { when: "it is active", series: { [queue("active")]: always(1), [queue("pending")]: always(0) }, fires: [] },
    {
      when: "it is pending",
      series: { [queue("active")]: always(0), [queue("pending")]: always(1) },
      fires: ['KueueClusterQueueNotActive{cluster_queue="team"}'],
    },
    {
      when: "workloads do not fit",
      series: { [queue("active")]: always(1), 'kueue_pending_workloads{cluster_queue="team",status="inadmissible"}': always(3) },
      fires: ['KueueWorkloadsDoNotFit{cluster_queue="team"}'],
    },
    { when: "Kueue is not there", series: { up: always(1) }, fires: ["KueueClusterQueuesAbsent{}"] },
  ],
  "longhorn-volume": [
    { when: "it is healthy", series: { [robust("healthy")]: always(1), [robust("faulted")]: always(0) }, fires: [] },
    {
      when: "it is faulted",
      series: { [robust("healthy")]: always(0), [robust("faulted")]: always(1) },
      fires: ['LonghornVolumeFaulted{volume="v1"}'],
    },
    {
      when: "it is degraded",
      series: { [robust("healthy")]: always(0), [robust("degraded")]: always(1) },
      fires: ['LonghornVolumeDegraded{volume="v1"}'],
    },
    {
      when: "it is nearly full",
      series: {
        [robust("healthy")]: always(1),
        'longhorn_volume_actual_size_bytes{volume="v1"}': always(95),
        'longhorn_volume_capacity_bytes{volume="v1"}': always(100),
      },
      fires: ['LonghornVolumeActualSpaceUsedWarning{volume="v1"}'],
    },
    {
      when: "its metric is of an earlier version",
      series: { 'longhorn_volume_robustness{volume="v1",node="n1"}': always(3) },
      fires: ['LonghornVolumesAbsent{state="healthy"}'],
    },
  ],
  "crossplane-bucket": [
    { when: "all are ready", series: { [managed("exists", NAMESPACED)]: always(2), [managed("ready", NAMESPACED)]: always(2) }, fires: [] },
    {
      when: "one of the namespaced is not ready",
      series: { [managed("exists", NAMESPACED)]: always(2), [managed("ready", NAMESPACED)]: always(1) },
      fires: [`CrossplaneNamespacedBucketsNotReady{gvk="${NAMESPACED}"}`],
    },
    { when: "the provider is not there", series: { up: always(1) }, fires: [`CrossplaneNamespacedBucketsAbsent{gvk="${NAMESPACED}"}`] },
  ],
  "crossplane-cluster-bucket": [
    {
      when: "one is not ready",
      series: { [managed("exists", CLUSTER)]: always(2), [managed("ready", CLUSTER)]: always(1) },
      fires: [`CrossplaneClusterBucketsNotReady{gvk="${CLUSTER}"}`],
    },
    { when: "the provider is not there", series: { up: always(1) }, fires: ["CrossplaneClusterBucketsAbsent{}"] },
  ],
  "argo-cd-applicationset": [
    {
      when: "it is up to date",
      series: {
        'argocd_appset_info{exported_namespace="argocd",name="web",namespace="argocd",resource_update_status="ApplicationSetUpToDate"}':
          always(1),
      },
      fires: [],
    },
    {
      when: "it fails",
      series: {
        'argocd_appset_info{exported_namespace="argocd",name="web",namespace="argocd",resource_update_status="ErrorOccurred"}': always(1),
      },
      fires: ['ArgoCDApplicationSetNotUpToDate{exported_namespace="argocd", name="web", namespace="argocd"}'],
    },
    { when: "the controller is not there", series: { up: always(1) }, fires: ["ArgoCDApplicationSetsAbsent{}"] },
  ],
  "argo-cd-application": [
    {
      when: "it is healthy",
      series: { [`argocd_app_info{${health},health_status="Healthy",sync_status="Synced"}`]: always(1) },
      fires: [],
    },
    {
      when: "it is degraded and out of sync",
      series: { [`argocd_app_info{${health},health_status="Degraded",sync_status="OutOfSync"}`]: always(1) },
      fires: [`ArgoCdAppUnhealthy{${APP}, health_status="Degraded"}`, `ArgoCdAppOutOfSync{${APP}, sync_status="OutOfSync"}`],
    },
    {
      when: "its syncs fail",
      series: { [`argocd_app_sync_total{${health},phase="Failed"}`]: growing(1) },
      fires: [`ArgoCdAppSyncFailed{${APP}, phase="Failed"}`],
    },
  ],
  "velero-schedule": [
    { when: "its last backup worked", series: { 'velero_backup_last_status{schedule="daily"}': always(1) }, fires: [] },
    {
      when: "its backups fail",
      series: { 'velero_backup_last_status{schedule="daily"}': always(0) },
      fires: ['VeleroBackupFailing{schedule="daily"}', 'VeleroBackupFailed{schedule="daily"}'],
    },
  ],
};
