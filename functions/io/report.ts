// The log and the metrics of the functions, through Powertools.

import { Logger } from "@aws-lambda-powertools/logger";
import { MetricUnit, Metrics as PowertoolsMetrics } from "@aws-lambda-powertools/metrics";
import type { Context } from "aws-lambda";
import { isTime, type Metrics } from "../core/outcome/metrics.ts";

/** Writes structured log lines, and metrics within them (EMF). No caller passes a secret. */
export type Report = {
  /** Begins an invocation, whose id its lines carry. */
  begin(context: Context): void;
  info(message: string, details: object): void;
  warn(message: string, details: object): void;
  error(message: string, details: object): void;
  /** Counts of zero are left out: CloudWatch bills each metric that had a value in an hour, and no alarm needs them. */
  publish(metrics: Metrics): void;
};

const SERVICE = "alertstatus";

/** The stage is a dimension of every metric, for several stages may share an account. */
export function openReport(stage: string | undefined): Report {
  const logger = new Logger({ serviceName: SERVICE, ...(stage !== undefined && { persistentKeys: { stage } }) });
  const emf = new PowertoolsMetrics({
    namespace: SERVICE,
    serviceName: SERVICE,
    ...(stage !== undefined && { defaultDimensions: { stage } }),
  });
  return {
    begin: ({ awsRequestId }) => logger.appendKeys({ request: awsRequestId }),
    info: (message, details) => logger.info(message, { ...details }),
    warn: (message, details) => logger.warn(message, { ...details }),
    error: (message, details) => logger.error(message, { ...details }),
    publish: (metrics) => {
      const published = Object.entries(metrics).filter(([name, value]) => value !== 0 || isTime(name));
      for (const [name, value] of published) emf.addMetric(name, isTime(name) ? MetricUnit.Milliseconds : MetricUnit.Count, value);
      if (published.length > 0) emf.publishStoredMetrics();
    },
  };
}
