// Validates objects of the simulated API server against the CRDs that the real one serves.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { parse } from "yaml";
import type { ObjectKind } from "../../../functions/core/kubernetes/resource.ts";

/** A kind that is served, as its CRD describes it. */
export type ServedKind = ObjectKind & {
  readonly isNamespaced: boolean;
  /** What the schema minds, as the API server puts it; empty for a valid object. */
  problems(object: object): string[];
};

type Crd = {
  spec: {
    group: string;
    scope: "Cluster" | "Namespaced";
    names: { plural: string; kind: string };
    versions: { name: string; schema: { openAPIV3Schema: object } }[];
  };
};

const CRDS = join(import.meta.dirname, "../crds");
const ajv = new Ajv({ strict: false, allErrors: true, logger: false });

/** The kinds that the real API server of the tests serves: both read the same CRDs. */
export function servedKinds(): ServedKind[] {
  return readdirSync(CRDS).flatMap((file) => toKinds(parse(readFileSync(join(CRDS, file), "utf8"))));
}

function toKinds({ spec: { group, scope, names, versions } }: Crd): ServedKind[] {
  return versions.map(({ name: version, schema }) => {
    let validate: ValidateFunction | undefined;
    return {
      group,
      version,
      plural: names.plural,
      kind: names.kind,
      isNamespaced: scope === "Namespaced",
      problems(object) {
        validate ??= ajv.compile(schema.openAPIV3Schema);
        return validate(object) ? [] : (validate.errors ?? []).map(written);
      },
    };
  });
}

function written({ instancePath, params, keyword, message }: ErrorObject): string {
  const field = instancePath
    .slice(1)
    .replaceAll(/\/(\d+)/g, "[$1]")
    .replaceAll("/", ".");
  return keyword === "required" ? `${field}.${params.missingProperty}: Required value` : `${field}: Invalid value: in body ${message}`;
}
