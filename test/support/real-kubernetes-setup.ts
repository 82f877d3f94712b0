// Starts the one API server that the contract tests and the real tests share.

import type { TestProject } from "vitest/node";
import { type KubernetesAccess, startKubernetes } from "./real-kubernetes.ts";

declare module "vitest" {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface can be added to
  interface ProvidedContext {
    /** The API server that the contract and the race share; only the project `real` has one. */
    kubernetes: KubernetesAccess | undefined;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { request: _, stop, ...access } = await startKubernetes();
  project.provide("kubernetes", access);
  return stop;
}
