/** What can go wrong with another system, and what its owner can do about it. The list is closed: outcomes carry these words. */
export const remedies = {
  "address-refused": "name the server by an address of its own: link-local, metadata and runtime addresses are never contacted",
  "name-unknown": "check the host name in the fleet file and whether it resolves from here",
  "connection-refused": "check that the server is up and that its port is reachable from here",
  "connection-reset": "check the server's log and any proxy in between: the connection broke before the answer was complete",
  timeout: "check the network path and the server's load: no complete answer came in time",
  tls: "check the `ca` of the fleet file against the certificate that the server shows",
  redirected: "use the final URL in the fleet file: redirects are not followed",
  unauthorized: "renew the credential that the fleet file refers to",
  forbidden: "grant the permission named in the message; `doctor` shows the rule that is missing",
  "not-found": "check the path in the fleet file: the server has nothing there",
  conflict: "nothing to do: another writer kept changing the resource, the next run tries again",
  expired: "nothing to do: the list changed while it was read, the next run tries again",
  invalid: "compare the condition with the CRD's schema: the API server does not accept it",
  throttled: "nothing to do unless it lasts: the server asks for fewer requests",
  unavailable: "check the server or the backend of the service: it answers, but cannot serve",
  malformed: "check that the URL leads to the Alerts API and not to another page",
  "too-large": "narrow the source: its answer is over the size limit",
  "kind-not-served": "install the CRD in the version that the profile names, or use another profile",
  "secret-unreadable": "check the reference in the fleet file and that this process may read it",
  "secret-elsewhere": "name the server in the fleet file that the secret names: a secret that names its server is sent nowhere else",
  "kubeconfig-unusable": "check the kubeconfig and the name of the context",
  "out-of-time": "nothing to do unless it lasts: the run had no time left to write safely",
} as const satisfies Record<string, string>;

export type Code = keyof typeof remedies;

/** What another system did not do, as outcomes carry it. */
export type Failure = { readonly code: Code; readonly message: string };

/** The same for whatever decides by it: `why` is the message without the request, `said` the server's words, redacted and sanitized. */
export type FailureDetails = Failure & { readonly why: string; readonly status?: number; readonly said?: string };

type Answered = { readonly request?: string; readonly status?: number; readonly said?: string };

/** Another system did not do what was asked: an outcome of one cluster, never a reason to stop the others. */
export class UpstreamError extends Error implements FailureDetails {
  override readonly name = "UpstreamError";
  readonly code: Code;
  readonly why: string;
  /** Of HTTP, where the server answered. */
  readonly status?: number;
  readonly said?: string;

  /** @param request what was asked, in words or as method and URL */
  constructor(code: Code, why: string, { request, status, said }: Answered = {}) {
    super(request === undefined ? why : `${request}: ${why}`);
    this.code = code;
    this.why = why;
    this.status = status;
    this.said = said;
  }
}

export function failureOf({ code, message }: Failure): Failure {
  return { code, message };
}

export function detailsOf({ code, message, why, status, said }: UpstreamError): FailureDetails {
  return { code, message, why, status, said };
}

/** The deployment or the command line is wrong: nothing can be done until a person corrects it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
