// Judges a server's certificate and a login's credential by their expiry, and names the reason for distrust.

import type { ServerCertificate } from "../../core/access/certificate.ts";
import { remedies } from "../../core/errors.ts";
import { type Check, failed, ok, warning } from "./check.ts";

const CHECK = "certificate";
const DAY_MS = 86_400_000;
const EXPIRES_SOON_MS = 14 * DAY_MS;

/** @param hasCa whether the fleet file or the login has a CA of its own */
export function certificateCheck(certificate: ServerCertificate, hostname: string, hasCa: boolean, nowMs: number): Check {
  const days = Math.floor((certificate.endsMs - nowMs) / DAY_MS);
  if (certificate.problem !== undefined) return untrusted(certificate, certificate.problem, hostname, hasCa, days);
  if (expiresSoon(certificate, nowMs))
    return warning(CHECK, `it expires in ${days} days`, "renew the certificate of the server before that");
  return ok(CHECK, `of ${certificate.subject}, issued by ${certificate.issuer}, valid for ${days} days`);
}

// Certificates with a lifetime of days are rotated automatically, well before they expire.
function expiresSoon({ beganMs, endsMs }: ServerCertificate, nowMs: number): boolean {
  return endsMs - nowMs < EXPIRES_SOON_MS && endsMs - nowMs < (endsMs - beganMs) / 4;
}

/** @param what the kind of login @param endsMs its own expiry, in milliseconds since the epoch, where it has one */
export function credentialCheck(what: string, endsMs: number | undefined, nowMs: number): Check {
  const check = "credential";
  if (endsMs === undefined) return ok(check, what);
  const days = Math.floor((endsMs - nowMs) / DAY_MS);
  if (endsMs <= nowMs) return failed(check, `${what}, which expired ${-days} days ago`, remedies.unauthorized);
  // Tokens with a shorter lifetime are renewed automatically.
  return ok(check, days < 1 ? `${what}, valid for less than a day` : `${what}, valid for ${days} days`);
}

function untrusted({ issuer, names }: ServerCertificate, problem: string, hostname: string, hasCa: boolean, days: number): Check {
  if (problem === "CERT_HAS_EXPIRED") return failed(CHECK, `it expired ${Math.abs(days)} days ago`, "renew the certificate of the server");
  if (problem === "CERT_NOT_YET_VALID") return failed(CHECK, "it is not valid yet", "compare this machine's clock with the server's");
  if (problem === "ERR_TLS_CERT_ALTNAME_INVALID")
    return failed(
      CHECK,
      `it is for ${names || "no name at all"}, not for ${hostname}`,
      "use one of the certificate's names for the server in the fleet file",
    );
  return hasCa
    ? failed(
        CHECK,
        `it is issued by ${issuer}, which the given \`ca\` does not include (${problem})`,
        "put the CA that issues this certificate into `ca`: kubectl config view --raw shows it",
      )
    : failed(
        CHECK,
        `it is issued by ${issuer}, which is no public CA (${problem})`,
        "set the CA that issues it in the fleet file: `ca: {file: …}`",
      );
}
