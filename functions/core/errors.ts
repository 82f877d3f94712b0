// Names every way in which another system can fail a cluster, so that each failure carries its remedy.

/** The closed list of failure codes, as outcomes carry them, each with what its reader can do. */
export const remedies = {
  "address-refused": "use an address of the server's own: link-local, metadata and runtime addresses are never contacted",
  "name-unknown": "check the host name, and that it resolves from here",
  "connection-refused": "check that the server is up and its port is reachable from here",
  "connection-reset": "check the log of the server and any proxy on the path: the connection closed before the answer was complete",
  timeout: "check the network path and the load of the server: no complete answer came in time",
  "proxy-failed":
    "check HTTPS_PROXY, or `proxy-url` in the kubeconfig, and what the proxy lets through: NO_PROXY names what is reached without it",
  tls: "compare the `ca` in the fleet file, or the CA of the kubeconfig, with the issuer of the server's certificate",
  redirected: "write the final URL: redirects are not followed",
  unauthorized: "renew the credential in use: the one that the fleet file refers to, or your own",
  forbidden: "grant the permission named in the message; `doctor` prints the missing rule",
  "denied-by-policy": "ask the owner of the admission webhook or policy in the message to allow this write: no permission is missing",
  "not-found": "check the path of the URL: the server serves nothing there",
  conflict: "nothing to do: another client kept writing the resource, and the next run tries again",
  expired: "nothing to do: the list changed during the read, and the next run tries again",
  invalid: "compare the condition with the schema of the CRD: the API server rejects it",
  throttled: "nothing to do unless it persists: the server limits the rate of requests",
  unavailable: "check the server, or the backend of the service: it answers, but cannot serve the request",
  malformed: "check that the URL is the one of the API, and not of a web page",
  "too-large": "narrow the source: its answer exceeds the size limit",
  "too-many": "use fewer objects of the kind, or another profile: a pass judges at most 50,000 of them",
  "conditions-too-large": "shorten the object's status.conditions: more than 64 KB of them are not written",
  "conditions-full": "remove conditions of the object that no writer needs any more: its CRD allows no more entries, neither to its owner",
  "kind-not-served": "install the CRD in the version that the profile names, or use another profile",
  "secret-unreadable": "check the reference in the fleet file and that this process may read it",
  "secret-elsewhere": "set the server in the fleet file to the one that the secret names: a secret bound to a server is sent to no other",
  "secret-unbound": "bind the secret by the command in the message if the server may have it: a remote fleet alone cannot say so",
  "identity-withheld":
    "trust the author of the fleet by --trust-fleet, or use a login that does not come from the identity of this process",
  "kubeconfig-unusable": "correct what the message names, in the kubeconfig or on this machine, or name another context",
  "rules-unselected":
    "give the Prometheus in the message a `ruleSelector` that a label can meet, or load what `rules render` prints another way",
  "no-aws-credentials": "log in to AWS, or name a profile in AWS_PROFILE",
  held: "compare the alerts with what is so: the next ticks write the others, a few at a time, unless `fleet pause` stops them",
  postponed: "nothing to do unless it persists: a pass writes a limited number of conditions, and the next pass goes on",
  "process-died":
    "read the cluster alone, by `reconcile --cluster`, and see what in it is that large or slow: the process that read it did not come to its end",
  "out-of-time": "nothing to do unless it persists: the run had no time left to write safely",
} as const satisfies Record<string, string>;

export type Code = keyof typeof remedies;

/** A failed request to another system, as outcomes carry it. */
export type Failure = { readonly code: Code; readonly message: string };

/** A failure with the fields that code decides by: `why` is the message without the request, `said` the server's own message, redacted and sanitized. */
export type FailureDetails = Failure & { readonly why: string; readonly status?: number; readonly said?: string };

type Exchange = { readonly request?: string; readonly status?: number; readonly said?: string };

/** A request to another system failed: the outcome of one cluster, and never a reason to stop the others. */
export class UpstreamError extends Error implements FailureDetails {
  override readonly name = "UpstreamError";
  readonly code: Code;
  readonly why: string;
  /** The HTTP status, where the server answered. */
  readonly status?: number;
  readonly said?: string;

  /** @param request the request in words, or as method and URL */
  constructor(code: Code, why: string, { request, status, said }: Exchange = {}) {
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

/** The configuration or the command line is wrong: no run succeeds until it is corrected. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
