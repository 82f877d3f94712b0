import { isObject, valueAt } from "../../core/json.ts";

/** What a source shows of itself: where it is, its build as it tells it, and the text that it answers where alerts are asked for. */
export type Shown = { readonly origin?: string; readonly build: unknown; readonly answer: string };

/** Which program answers, as far as it shows; undefined where nothing tells. */
export function dialectOf({ origin = "", build, answer }: Shown): string | undefined {
  if (/\/\/aps-workspaces\.[\w.-]+\.amazonaws\./.test(origin)) return "Amazon Managed Prometheus";
  const version = valueAt(build, ["version"]);
  const application = valueAt(build, ["application"]);
  if (typeof application === "string" && typeof version === "string") return `${application} ${version}`;
  // Thanos has Prometheus' API down to the build, and counts its own versions from zero; it alone says null, or `Alerts`.
  const isThanos = /"alerts":\s*null|"Alerts":/.test(answer) || (typeof version === "string" && /^0\./.test(version));
  const program = isThanos ? "Thanos" : isObject(build) ? "Prometheus" : undefined;
  return program && (typeof version === "string" ? `${program} ${version}`.trim() : program);
}

/** What stands where the Alerts API was expected, by the text that it answers; undefined where that is not known. */
export function mistakenFor(answer: string): { readonly page: string; readonly remedy: string } | undefined {
  if (/^\s*</.test(answer))
    return { page: "a web page", remedy: "use the URL of the API itself: a login page or a dashboard answers at this one" };
  if (/^(alertmanager_config|template_files):/m.test(answer))
    return {
      page: "the Alertmanager configuration of Mimir",
      remedy: "end the URL with /prometheus: that is where Mimir's Alerts API stands",
    };
  return undefined;
}
