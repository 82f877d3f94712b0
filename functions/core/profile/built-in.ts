import { kymaTelemetry } from "./kyma-telemetry.ts";
import type { Profile } from "./profile.ts";

/** The profiles that every fleet may name without writing them. */
export const builtInProfiles: Readonly<Record<string, Profile>> = { "kyma-telemetry": kymaTelemetry };
