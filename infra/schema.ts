// Generates infra/fleet.schema.json from the schema that runs, so that editors and functions agree.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { alertmanagerSchema, alertsSchema } from "../functions/core/access/alerts.ts";
import { kubernetesSchema } from "../functions/core/access/kubernetes.ts";
import { refSchema } from "../functions/core/access/ref.ts";
import { fleetSchema } from "../functions/core/fleet/fleet.ts";
import { dnsLabel } from "../functions/core/names.ts";
import { presence, profileSchema } from "../functions/core/profile/profile.ts";
import manifest from "../package.json" with { type: "json" };

export const SCHEMA_FILE = join(import.meta.dirname, "fleet.schema.json");

const { clusters, defaults, profiles } = fleetSchema.shape;
const cluster = clusters.def.element.shape;
const { rings } = defaults.def.innerType.shape;
const { formerly } = profileSchema.shape.gates.def.innerType.def.element.shape.says.shape;

/** Names the version, under which the package's copy is served: https://unpkg.com. */
const ID = `https://unpkg.com/alertstatus@${manifest.version}/fleet.schema.json`;

/** The JSON Schema (draft 2020-12) of a fleet file before defaults are applied, for completion and validation in an editor. */
export function renderSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(fleetSchema, { target: "draft-2020-12", io: "input", metadata: describeFields() });
  const head = { $schema, $id: ID, $comment: `Fleet file of alertstatus ${manifest.version}` };
  return `${JSON.stringify({ ...head, ...schema }, undefined, 2)}\n`;
}

type Texts = z.core.$ZodRegistry<{ id?: string; title?: string; description?: string }>;

// The texts that an editor shows for a field; an id makes a definition out of a part that is used more than once.
function describeFields(): Texts {
  return describeCluster(z.registry())
    .add(fleetSchema, { title: "Fleet file of alertstatus" })
    .add(clusters, { description: "The clusters whose resources get conditions." })
    .add(defaults, { description: "Fields for every cluster that has none of its own; a cluster's own value replaces the default whole." })
    .add(rings, {
      description:
        "Profiles by the labels of clusters, so that a new one goes out ring by ring: a cluster without `profiles` of its own has those of the first ring that fits it, and the `profiles` beside them where none does. `when` is written as for --selector: tier=dev, or region in (eu,us).",
    })
    .add(profiles, { description: "Profiles of your own, by name, beside the built-in kyma-telemetry." })
    .add(kubernetesSchema, { id: "kubernetes" })
    .add(alertsSchema, { id: "alerts" })
    .add(profileSchema, { id: "profile", description: "What alerts mean for resources. One profile owns one condition type." })
    .add(profileSchema.shape.details, {
      description: "true: a message adds since when its alerts fire, their value, the runbook_url, and the other firing alerts.",
    })
    .add(profileSchema.shape.guard, {
      description:
        "{false: 20%}: of the resources that a run judges by this profile, at most so many turn False in it, and 3 in any case. The others are refused as `held`, and the next tick goes on.",
    })
    .add(profileSchema.shape.silenced, {
      description:
        "How an alert counts that the Alertmanager has silenced. kept: it fires, and is named as silenced (default). ignored: it does not fire.",
    })
    .add(presence, {
      id: "presence",
      description:
        "What all has to hold of a resource: fields that are there (`has`) or not (`lacks`), values that are so (`is`) or not (`isNot`), and one of several (`any`).",
    })
    .add(formerly, {
      description: "The texts that `message` had before: a condition that still has one of them is known as written by alertstatus.",
    })
    .add(alertmanagerSchema, {
      id: "alertmanager",
      description: "The Alertmanager of this source, which tells which alerts are silenced. `labels`: where it serves several clusters.",
    })
    .add(dnsLabel, { id: "dnsLabel", description: "A DNS-1123 label: lower-case letters, digits and dashes, at most 63." })
    .add(refSchema, {
      id: "ref",
      description:
        "Where a secret or certificate is stored; its value is never written here. `file` is relative to this fleet file, `key` a field of a secret that is a JSON object. A fleet from s3: or ssm: uses `ssm` and `secret` only.",
    });
}

function describeCluster(texts: Texts): Texts {
  return texts
    .add(cluster.labels, { description: "For selectors such as region=eu,tier=prod." })
    .add(cluster.profiles, {
      description:
        "What the alerts mean: built-in profiles, or those of this file. {name, mode} gives one of them a mode of its own: two profiles of the same condition go together where one is in mode own and one in mode shadow. Default: kyma-telemetry.",
    })
    .add(cluster.mode, {
      description:
        "own: writes the profile's condition (default). shadow: writes alertstatus.io/<type> beside it. observe: writes no condition, and state, history, page and bus tell the verdicts.",
    })
    .add(cluster.paused, {
      description: "true: the cluster is not contacted at all. With until, why and by the pause ends by itself: `fleet pause` writes that.",
    })
    .add(cluster.events, { description: "true: each transition is also published as an Event in the cluster." })
    .add(cluster.heartbeat, { description: "5m: passes renew the Lease default/alertstatus of the cluster that often." })
    .add(cluster.kubernetes, {
      description: "How to reach the API server: a kubeconfig context, a cluster of Amazon EKS, or server with ca and auth.",
    })
    .add(cluster.alerts, { description: "Where the Alerts API is read. Default: the source that the profile names." });
}

if (import.meta.main) writeFileSync(SCHEMA_FILE, renderSchema());
