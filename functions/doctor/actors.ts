// Reads what acts in a cluster on the conditions of its profiles: no permission of a pass, so that one that lacks is told and no failure.

import { UpstreamError } from "../core/errors.ts";
import { isResource } from "../core/kubernetes/item.ts";
import type { NamedProfile } from "../core/profile/profile.ts";
import type { Client } from "../io/http/client.ts";
import { readGroups } from "../io/kubernetes/discovery.ts";
import { listResources } from "../io/kubernetes/resources.ts";
import { ACTORS, type Acting, type ActorKind, actsOf } from "./checks/actors.ts";
import { orUndefined } from "./session.ts";

/** What acts on conditions, kind by kind; of a kind that is not served, or acts on none of the profiles' kinds, nothing is said. @param typesOf those that a profile may write */
export async function readActing(
  client: Client,
  profiles: readonly NamedProfile[],
  typesOf: (profile: NamedProfile) => readonly string[],
): Promise<readonly Acting[]> {
  const wanted = ACTORS.map((actor) => ({ actor, types: new Set(profiles.filter((one) => isAbout(one, actor)).flatMap(typesOf)) }));
  const relevant = wanted.filter(({ types }) => types.size > 0);
  // A login without a permission is refused before anything says that there is no such kind.
  const groups = relevant.length === 0 ? undefined : await orUndefined(readGroups(client));
  const served = relevant.filter(({ actor }) => groups?.has(actor.of.group) ?? true);
  return Promise.all(served.map(({ actor, types }) => readOne(client, actor, types)));
}

function isAbout({ flows }: NamedProfile, { on }: ActorKind): boolean {
  return flows.some(({ of }) => of.group === on.group && of.kind === on.kind);
}

async function readOne(client: Client, actor: ActorKind, types: ReadonlySet<string>): Promise<Acting> {
  try {
    return actsOf(actor, (await listResources(client, actor.of)).filter(isResource), types);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { by: actor.of, code: error.code };
  }
}
