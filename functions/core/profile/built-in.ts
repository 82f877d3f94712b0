// Lists the built-in profiles: a new one is added here.

import { kymaTelemetry } from "./kyma-telemetry.ts";
import type { Profile } from "./profile.ts";

/** The profiles that every fleet may name without defining them. */
export const builtInProfiles: Readonly<Record<string, Profile>> = { "kyma-telemetry": kymaTelemetry };
