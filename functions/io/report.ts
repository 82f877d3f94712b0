import { Logger } from "@aws-lambda-powertools/logger";
import { MetricUnit, Metrics as PowertoolsMetrics } from "@aws-lambda-powertools/metrics";
import type { Context } from "aws-lambda";
import { isTime, type Metrics } from "../core/outcome/metrics.ts";

/** Where a function tells what it did: structured lines, and metrics within them. Nobody gives it a secret. */
export type Report = {
  /** Begins an invocation: its lines carry its id. */
  begin(context: Context): void;
  info(what: string, details: object): void;
  warn(what: string, details: object): void;
  error(what: string, details: object): void;
  publish(metrics: Metrics): void;
};

const SERVICE = "alertstatus";

/** The one dimension beside the service is the stage, for several may share an account. */
export function openReport(stage: string | undefined): Report {
  const logger = new Logger({ serviceName: SERVICE, ...(stage !== undefined && { persistentKeys: { stage } }) });
  const emf = new PowertoolsMetrics({
    namespace: SERVICE,
    serviceName: SERVICE,
    ...(stage !== undefined && { defaultDimensions: { stage } }),
  });
  return {
    begin: ({ awsRequestId }) => logger.appendKeys({ request: awsRequestId }),
    info: (what, details) => logger.info(what, { ...details }),
    warn: (what, details) => logger.warn(what, { ...details }),
    error: (what, details) => logger.error(what, { ...details }),
    publish: (metrics) => {
      for (const [name, value] of Object.entries(metrics))
        emf.addMetric(name, isTime(name) ? MetricUnit.Milliseconds : MetricUnit.Count, value);
      emf.publishStoredMetrics();
    },
  };
}
