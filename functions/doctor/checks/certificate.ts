import type { ServerCertificate } from "../../core/access/certificate.ts";
import { remedies } from "../../core/errors.ts";
import { type Check, failed, ok, warning } from "./check.ts";

const CHECK = "certificate";
const DAY_MS = 86_400_000;
const SOON_MS = 14 * DAY_MS;

/** @param hasCa whether the fleet file, or the login, brings a certificate authority of its own */
export function certificateCheck(shown: ServerCertificate, hostname: string, hasCa: boolean, nowMs: number): Check {
  const days = Math.floor((shown.endsMs - nowMs) / DAY_MS);
  if (shown.problem !== undefined) return untrusted(shown, shown.problem, hostname, hasCa, days);
  if (isSoon(shown, nowMs)) return warning(CHECK, `it ends in ${days} days`, "have the server's certificate renewed before that");
  return ok(CHECK, `of ${shown.subject}, by ${shown.issuer}, good for ${days} days`);
}

// Those that live for days only are renewed by themselves, and well before they end.
function isSoon({ beganMs, endsMs }: ServerCertificate, nowMs: number): boolean {
  return endsMs - nowMs < SOON_MS && endsMs - nowMs < (endsMs - beganMs) / 4;
}

/** @param what kind of login there is @param endsMs until when it says itself that it is good */
export function credentialCheck(what: string, endsMs: number | undefined, nowMs: number): Check {
  const check = "credential";
  if (endsMs === undefined) return ok(check, what);
  const days = Math.floor((endsMs - nowMs) / DAY_MS);
  if (endsMs <= nowMs) return failed(check, `${what}, which ended ${-days} days ago`, remedies.unauthorized);
  // Tokens that live for less are renewed by themselves.
  return ok(check, days < 1 ? `${what}, good for less than a day` : `${what}, good for ${days} days`);
}

function untrusted({ issuer, names }: ServerCertificate, problem: string, hostname: string, hasCa: boolean, days: number): Check {
  if (problem === "CERT_HAS_EXPIRED") return failed(CHECK, `it ended ${Math.abs(days)} days ago`, "have the server's certificate renewed");
  if (problem === "CERT_NOT_YET_VALID") return failed(CHECK, "it is not valid yet", "compare this machine's clock with the server's");
  if (problem === "ERR_TLS_CERT_ALTNAME_INVALID")
    return failed(
      CHECK,
      `it is for ${names || "no name at all"}, not for ${hostname}`,
      "name the server in the fleet file as its certificate does",
    );
  return hasCa
    ? failed(
        CHECK,
        `it is by ${issuer}, which the given \`ca\` does not vouch for (${problem})`,
        "put the CA that signs this server's certificate into `ca`: kubectl config view --raw shows it",
      )
    : failed(
        CHECK,
        `it is by ${issuer}, which is publicly unknown (${problem})`,
        "name the CA that signs it in the fleet file: `ca: {file: …}`",
      );
}
