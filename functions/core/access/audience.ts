// For whom a web identity token is: its audience names one server, so that no other server can use what it was shown.

import type { Kubernetes } from "./kubernetes.ts";

/** A server that is shown web identity tokens; without `audience`, those for {@link audienceOf}. */
export type AudienceUse = { readonly audience?: string; readonly origin: string };

const OWN = "alertstatus:";

/** The audience of a server that needs no list: no other origin has it, and no other stage. */
export function audienceOf(stage: string, origin: string): string {
  return `${OWN}${stage}:${origin}`;
}

/** Why a server may not be shown a token for the audience; undefined where it may. What is `undefined` of the deployment is not known. */
export function audienceProblem(
  audience: string,
  origin: string,
  { stage, audiences }: { readonly stage?: string; readonly audiences?: readonly string[] },
): string | undefined {
  if (audience.startsWith(OWN))
    return isOf(audience, stage, origin) ? undefined : `this is the audience of another server or stage, ${LEAVE_OUT}`;
  if (audiences === undefined || audiences.includes(audience)) return undefined;
  return `the deployment's parameter \`audiences\` does not list this one, ${LEAVE_OUT}`;
}

/** How an API server uses web identity; undefined where it does not. */
export function audienceUse(kubernetes: Kubernetes | undefined): AudienceUse | undefined {
  if (kubernetes === undefined || !("server" in kubernetes)) return undefined;
  const { server, auth } = kubernetes;
  return auth && "webIdentity" in auth ? { audience: auth.webIdentity.audience, origin: new URL(server).origin } : undefined;
}

/** The audiences that servers of more than one origin have: each could use at the other what it was shown. */
export function sharedAudiences(uses: readonly (AudienceUse | undefined)[]): ReadonlySet<unknown> {
  const origins = new Map<string, string>();
  const shared = new Set<string>();
  for (const { audience, origin } of uses.filter((use) => use !== undefined)) {
    if (audience === undefined) continue;
    if ((origins.get(audience) ?? origin) !== origin) shared.add(audience);
    origins.set(audience, origin);
  }
  return shared;
}

const LEAVE_OUT = "leave it out for the one that names stage and server";

function isOf(audience: string, stage: string | undefined, origin: string): boolean {
  const named = audience.split(":")[1];
  return named !== "" && audience === `${OWN}${stage ?? named}:${origin}`;
}
