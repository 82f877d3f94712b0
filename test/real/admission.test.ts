// Tries what a real API server says where admission denies a status: a pass and the doctor tell it from a missing permission.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { UpstreamError } from "../../functions/core/errors.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { checkWriting } from "../../functions/doctor/writing.ts";
import type { Client } from "../../functions/io/http/client.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { patchConditions, readResource } from "../../functions/io/kubernetes/resources.ts";
import { apiRequest } from "../support/api-request.ts";
import { aResource } from "../support/builders.ts";
import { aClient, aLogin } from "../support/client.ts";
import { type SecureServer, serveSecurely } from "../support/secure-server.ts";

const ADMISSION = "/apis/admissionregistration.k8s.io/v1";
const pipeline = aResource({ name: "admitted" });
const object = {
  apiVersion: "telemetry.kyma-project.io/v1beta1",
  kind: "TracePipeline",
  metadata: { name: "admitted", labels: { guarded: "true" } },
  spec: { output: { otlp: { endpoint: { value: "http://backend:4317" } } } },
};
const rule = { apiGroups: ["telemetry.kyma-project.io"], apiVersions: ["*"], operations: ["UPDATE"], resources: ["tracepipelines/status"] };
// Others are on this API server, too.
const objectSelector = { matchLabels: object.metadata.labels };
const connections = openConnections();
const kubernetes = inject("kubernetes")!;
const admin = apiRequest({ ...kubernetes, token: kubernetes.adminToken });
let webhook: SecureServer;
let client: Client;

beforeAll(async () => {
  webhook = await serveSecurely((request, response) => void deny(request, response));
  const { server, ca, token } = kubernetes;
  client = aClient(connections, aLogin({ origin: server, ca, headers: { authorization: `Bearer ${token}` } }));
  const { status } = await admin("POST", "/apis/telemetry.kyma-project.io/v1beta1/tracepipelines", object);
  expect(status).toBe(201);
});
afterAll(async () => {
  await connections.close();
  await webhook?.close();
});

async function deny(request: AsyncIterable<Buffer>, response: { end(text: string): unknown }): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { apiVersion, kind, request: asked } = JSON.parse(Buffer.concat(chunks).toString());
  const status = { message: "only the operator writes status", code: 418 };
  response.end(JSON.stringify({ apiVersion, kind, response: { uid: asked.uid, allowed: false, status } }));
}

/** What a patch is refused with, once the API server has learned of what denies it. */
async function refusal(said: string): Promise<UpstreamError> {
  for (;;) {
    const current = await readResource(client, pipeline);
    const error: unknown = await patchConditions(client, current!, [], { dryRun: true }).catch((refused: unknown) => refused);
    if (error instanceof UpstreamError && error.said?.includes(said)) return error;
    if (error instanceof Error && !(error instanceof UpstreamError)) throw error;
    await sleep(50);
  }
}

const ways = [
  {
    by: "a policy",
    objects: () => [
      {
        path: "validatingadmissionpolicies",
        metadata: { name: "guard" },
        spec: {
          matchConstraints: { objectSelector, resourceRules: [rule] },
          validations: [{ expression: "false", message: "only the operator writes status" }],
        },
      },
      {
        path: "validatingadmissionpolicybindings",
        metadata: { name: "guard" },
        spec: { policyName: "guard", validationActions: ["Deny"] },
      },
    ],
    said: "ValidatingAdmissionPolicy 'guard' with binding 'guard' denied request: only the operator writes status",
  },
  {
    by: "a webhook",
    objects: () => [
      {
        path: "validatingwebhookconfigurations",
        metadata: { name: "guard" },
        webhooks: [
          {
            name: "guard.example.com",
            clientConfig: { url: webhook.url, caBundle: btoa(webhook.ca) },
            objectSelector,
            rules: [rule],
            sideEffects: "None",
            admissionReviewVersions: ["v1"],
          },
        ],
      },
    ],
    said: 'admission webhook "guard.example.com" denied the request: only the operator writes status',
  },
];

test.each(ways)("a status that $by denies is told from a missing permission, by passes and the doctor", async ({ objects, said }) => {
  for (const { path, ...object } of objects()) await admin("POST", `${ADMISSION}/${path}`, object);
  expect(await refusal(said)).toMatchObject({ code: "denied-by-policy" });
  const [entry] = parseFleet({ clusters: [{ name: "real", kubernetes: { server: kubernetes.server } }] }).clusters;
  const check = await checkWriting(entry!, pipeline.of, [(await readResource(client, pipeline))!], client);
  expect(check).toMatchObject({
    was: "failed",
    message: expect.stringContaining(said),
    remedy: expect.stringContaining("no permission is missing"),
  });
  for (const { path, metadata } of objects()) await admin("DELETE", `${ADMISSION}/${path}/${metadata.name}`);
});
