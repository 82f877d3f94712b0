import { ConfigError } from "./core/errors.ts";

/** What the environment decides, read once per cold start. */
export type Config = {
  /** Where the fleet is: `file:PATH`. */
  readonly fleet?: string;
  /** `host:port` of the runtime that runs this function: never contacted in the name of a cluster. */
  readonly runtimeApi?: string;
};

export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  return { fleet: environment.FLEET || undefined, runtimeApi: environment.AWS_LAMBDA_RUNTIME_API };
}

/** The fleet's place; a {@link ConfigError} where nobody named one. */
export function requireFleet(fleet: string | undefined): string {
  if (fleet !== undefined) return fleet;
  throw new ConfigError("no fleet is named: set FLEET, or give --fleet");
}
