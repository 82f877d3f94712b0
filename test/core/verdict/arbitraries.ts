import fc from "fast-check";
import type { Resource } from "../../../functions/core/kubernetes/resource.ts";
import type { Alert, Reading } from "../../../functions/core/prometheus/alert.ts";
import { anAlert, aReading, aResource, type Kind, unreadable } from "../../support/builders.ts";
import { everyAbsentAlert, everyAlert } from "./kyma-facts.ts";

type Switch = { readonly enabled?: boolean } | null | undefined;

const setOrNot = fc.constantFrom<Switch>(undefined, null, {}, { enabled: true }, { enabled: false });
const leaf = fc.record({ runtime: setOrNot, otlp: setOrNot, prometheus: setOrNot, istio: setOrNot });

/** A pipeline in words: what a verdict may depend on. */
export type Pipeline = {
  readonly kind: Kind;
  readonly name: string;
  readonly spec: {
    output?: { otlp?: object | null } | null;
    input?: { runtime?: Switch; otlp?: Switch; prometheus?: Switch; istio?: Switch } | null;
  };
  readonly deleting: boolean;
  readonly configured?: string;
};

export const pipelines: fc.Arbitrary<Pipeline> = fc.record({
  kind: fc.constantFrom("TracePipeline", "MetricPipeline", "LogPipeline"),
  name: fc.constantFrom("backend", "other"),
  spec: fc.record({
    output: fc.oneof(fc.constantFrom(undefined, null, {}), fc.record({ otlp: setOrNot })),
    input: fc.oneof(fc.constantFrom(undefined, null), leaf),
  }),
  deleting: mostly(false, true),
  configured: mostly<string | undefined>("True", "False", "Unknown", undefined),
});

export function toResource({ configured, ...parts }: Pipeline): Resource {
  const conditions = configured === undefined ? [] : [{ type: "ConfigurationGenerated", status: configured, reason: "Whatever" }];
  return aResource({ ...parts, conditions });
}

export const alerts: fc.Arbitrary<Alert> = fc
  .record({
    name: fc.constantFrom(...everyAlert, ...everyAbsentAlert, "Watchdog"),
    pipeline_name: fc.constantFrom(undefined, "backend", "other"),
    pipeline_type: fc.constantFrom(undefined, "tracepipeline", "metricpipeline", "logpipeline", "TracePipeline"),
  })
  .map(({ name, ...labels }) => anAlert(name, labels));

/** What a source says, in words. */
export type Source = {
  readonly readable: boolean;
  readonly firing: readonly Alert[];
  readonly pending: readonly Alert[];
  readonly warnings: readonly string[];
};

export const sources: fc.Arbitrary<Source> = fc.record({
  readable: mostly(true, false),
  firing: fc.array(alerts, { maxLength: 6 }),
  pending: fc.array(alerts, { maxLength: 3 }),
  warnings: mostly<readonly string[]>([], ["a part did not answer"]),
});

export function toReading({ readable, ...said }: Source): Reading {
  return readable ? aReading(said) : unreadable();
}

export function mostly<T>(usual: T, ...rare: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });
}
