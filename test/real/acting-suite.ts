// Tries the examples of what acts on conditions: a real API server accepts each manifest, and what is evaluated elsewhere says what it should.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { actingCrds, crdOfExpression } from "../support/acting-crds.ts";
import type { RealKubernetes } from "../support/real-kubernetes.ts";

const FOLDER = join(import.meta.dirname, "../../infra/examples/acting");
const CRD_PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

const read = (file: string) => parse(readFileSync(join(FOLDER, file), "utf8"));
const files = readdirSync(FOLDER).filter((file) => file.endsWith(".yaml"));
const [{ failed, current }] = read("flux-kustomization.yaml").spec.healthCheckExprs;
// What Flux's own documentation shows for other kinds, and what is wrong with it here.
const all = "has(status.conditions) && status.conditions.filter(c, c.type == 'TelemetryFlowHealthy').all(c, c.status == 'False')";

/** Declares its tests, on an API server that nothing else changes meanwhile. */
export function holdsActing(serverThere: () => RealKubernetes): void {
  describe("what acts on conditions", () => {
    let kubernetes: RealKubernetes;

    beforeAll(async () => {
      kubernetes = serverThere();
      const expressions = [
        crdOfExpression("faileds", "Failed", failed),
        crdOfExpression("currents", "Current", current),
        crdOfExpression("alls", "All", all),
      ];
      for (const crd of [...actingCrds(), ...expressions]) {
        const { status, body } = await kubernetes.request("POST", CRD_PATH, crd);
        expect({ status, body: status === 201 ? {} : body }).toEqual({ status: 201, body: {} });
      }
      for (const namespace of ["argocd", "flux-system"])
        await kubernetes.request("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    });

    /** Once the kind is served. */
    async function created(path: string, object: object): Promise<{ status: number; body: unknown }> {
      while ((await kubernetes.request("GET", path)).status !== 200) await sleep(50);
      return kubernetes.request("POST", `${path}?fieldValidation=Strict`, object);
    }

    describe("a manifest of the examples", () => {
      test.each(files)("%s is accepted as it is", async (file) => {
        const object = read(file);
        const { apiVersion, kind, metadata } = object;
        const scope = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
        const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        const { status, body } = await created(`${root}${scope}/${kind.toLowerCase()}s`, object);
        expect({ status, message: Object(body).message }).toEqual({ status: 201, message: undefined });
      });
    });

    describe("an expression for Flux, evaluated as CEL", () => {
      const flow = (status: string) => [{ type: "TelemetryFlowHealthy", status }];
      const other = [{ type: "GatewayHealthy", status: "False" }];

      test.each([
        { when: "there are no conditions", status: {}, says: { failed: false, current: false, all: false } },
        { when: "ours is not there yet", status: { conditions: other }, says: { failed: false, current: false, all: true } },
        {
          when: "the flow is broken",
          status: { conditions: [...other, ...flow("False")] },
          says: { failed: true, current: false, all: true },
        },
        {
          when: "the flow is proven",
          status: { conditions: [...other, ...flow("True")] },
          says: { failed: false, current: true, all: false },
        },
        { when: "nothing is known", status: { conditions: flow("Unknown") }, says: { failed: false, current: false, all: false } },
      ])("says $says when $when", async ({ when, status, says }) => {
        const holds = async (kind: string) => {
          const path = `/apis/expressions.example/v1/${kind.toLowerCase()}s`;
          const name = when.replaceAll(" ", "-");
          const answer = await created(path, { apiVersion: "expressions.example/v1", kind, metadata: { name }, spec: {}, status });
          expect([201, 422]).toContain(answer.status);
          return answer.status === 201;
        };
        expect({ failed: await holds("Failed"), current: await holds("Current"), all: await holds("All") }).toEqual(says);
      });
    });
  });
}
