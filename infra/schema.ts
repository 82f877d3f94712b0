import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { alertmanagerSchema, alertsSchema } from "../functions/core/access/alerts.ts";
import { kubernetesSchema } from "../functions/core/access/kubernetes.ts";
import { refSchema } from "../functions/core/access/ref.ts";
import { fleetSchema } from "../functions/core/fleet/fleet.ts";
import { dnsLabel } from "../functions/core/names.ts";
import { profileSchema } from "../functions/core/profile/profile.ts";

export const SCHEMA_FILE = join(import.meta.dirname, "fleet.schema.json");

const { clusters, defaults, profiles } = fleetSchema.shape;
const cluster = clusters.def.element.shape;

/** The JSON Schema (draft 2020-12) of the fleet file as people write it, so that an editor can complete, explain and check it. */
export function renderSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(fleetSchema, { target: "draft-2020-12", io: "input", metadata: words() }), undefined, 2)}\n`;
}

// What an editor shows beside a field; an id names what stands in more than one place.
function words(): z.core.$ZodRegistry<{ id?: string; title?: string; description?: string }> {
  return z
    .registry<{ id?: string; title?: string; description?: string }>()
    .add(fleetSchema, { title: "Fleet file of alertstatus" })
    .add(clusters, { description: "The clusters whose resources get conditions." })
    .add(defaults, { description: "Fields for every cluster that has none of its own; a cluster's own value replaces the default whole." })
    .add(profiles, { description: "Profiles of your own, by name, beside the built-in kyma-telemetry." })
    .add(cluster.labels, { description: "For selectors such as region=eu,tier=prod." })
    .add(cluster.profiles, { description: "What the alerts mean: built-in profiles, or those of this file. Default: kyma-telemetry." })
    .add(cluster.mode, {
      description:
        "own: writes the profile's condition (default). shadow: writes alertstatus.io/<type> beside it. observe: judges, writes nothing.",
    })
    .add(cluster.paused, { description: "true: the cluster is not contacted at all." })
    .add(cluster.events, { description: "true: each transition is told in an Event of the cluster too." })
    .add(cluster.kubernetes, {
      description: "The way to the API server: a kubeconfig context, a cluster of Amazon EKS, or server with ca and auth.",
    })
    .add(cluster.alerts, { description: "Where the Alerts API is read. Default: what the profile names." })
    .add(kubernetesSchema, { id: "kubernetes" })
    .add(alertsSchema, { id: "alerts" })
    .add(profileSchema, { id: "profile", description: "What alerts mean for resources. One profile owns one condition type." })
    .add(profileSchema.shape.details, {
      description: "true: a message says since when and how badly its alerts fire, the runbook_url, and what fires beside them.",
    })
    .add(profileSchema.shape.silenced, {
      description:
        "What becomes of an alert that the Alertmanager knows as silenced. kept: it fires, and is named as silenced (default). ignored: it does not fire.",
    })
    .add(alertmanagerSchema, {
      id: "alertmanager",
      description: "Says which alerts are silenced: the Alertmanager of this source. `labels` where it serves several clusters.",
    })
    .add(dnsLabel, { id: "dnsLabel", description: "A DNS-1123 label: lower-case letters, digits and dashes, at most 63." })
    .add(refSchema, {
      id: "ref",
      description:
        "Where a secret or certificate is kept; it is never written here itself. `file` is relative to this fleet file, `key` a field of a secret that is a JSON object. A fleet from s3: or ssm: uses `ssm` and `secret` only.",
    });
}

if (import.meta.main) writeFileSync(SCHEMA_FILE, renderSchema());
