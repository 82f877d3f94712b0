// Which references a fleet may hold, by where it comes from and what else is stored there.

import { isObject } from "../json.ts";
import type { Problem } from "../validation.ts";
import type { AlertmanagerSource, AlertsSource } from "./alerts.ts";
import type { Kubernetes } from "./kubernetes.ts";
import type { Ref } from "./ref.ts";

/** What limits the references of a fleet. */
export type RefRules = {
  /** The fleet comes from `s3:` or `ssm:`: its author has no claim to the files and the environment of this machine. */
  readonly isRemote?: boolean;
  /** The receiver's own secret, which no fleet may refer to. */
  readonly receiverSecret?: Ref;
};

type Referring = Kubernetes | AlertsSource | AlertmanagerSource;
type Path = readonly PropertyKey[];
type Placed = { readonly path: Path; readonly ref: Ref };

const NO_LOCAL_REFS =
  "a fleet from s3: or ssm: may use {ssm: …} and {secret: …} only, not the environment and the files of this machine: put what they hold into the Parameter Store, below /alertstatus/<stage>/";
const NO_RECEIVER_SECRET = "this is the receiver's own secret, which is never sent to a server";

/** The references that break a rule. */
export function refErrors(
  { kubernetes, alerts = [] }: { readonly kubernetes?: Kubernetes; readonly alerts?: AlertsSource | readonly AlertsSource[] },
  rules: RefRules,
): readonly Problem[] {
  const sources =
    "at" in alerts ? alerts.map((source, index) => ({ path: ["alerts", index], part: source })) : [{ path: ["alerts"], part: alerts }];
  const parts = kubernetes === undefined ? sources : [{ path: ["kubernetes"], part: kubernetes }, ...sources];
  return parts.flatMap(({ path, part }) =>
    refsOf(part).flatMap(({ path: inner, ref }) => {
      const message = ruleViolation(ref, rules);
      return message === undefined ? [] : [{ path: [...path, ...inner], message }];
    }),
  );
}

function ruleViolation(ref: Ref, { isRemote = false, receiverSecret }: RefRules): string | undefined {
  if (isRemote && ("env" in ref || "file" in ref)) return NO_LOCAL_REFS;
  return receiverSecret !== undefined && isSameSecret(ref, receiverSecret) ? NO_RECEIVER_SECRET : undefined;
}

/** Every reference in the access to a cluster, in a source of alerts or in an Alertmanager. */
export function refsOf(part: Referring): readonly Placed[] {
  // Keys of labels and headers are free names: there, `env` is not a reference.
  const { labels: _, headers = {}, alertmanager, ...fields } = { labels: undefined, headers: undefined, alertmanager: undefined, ...part };
  const inHeaders = Object.entries(headers).flatMap(([name, value]) => refsIn(value, ["headers", name]));
  const inAlertmanager = alertmanager === undefined ? [] : refsOf(alertmanager);
  return [...refsIn(fields, []), ...inHeaders, ...inAlertmanager.map(({ path, ref }) => ({ path: ["alertmanager", ...path], ref }))];
}

function refsIn(value: unknown, path: Path): Placed[] {
  const ref = toRef(value);
  if (ref !== undefined) return [{ path, ref }];
  return isObject(value) ? Object.entries(value).flatMap(([key, inner]) => refsIn(inner, [...path, key])) : [];
}

// A reference to a kubeconfig has a context beside these fields.
function toRef(value: unknown): Ref | undefined {
  const { env, file, ssm, secret, key } = isObject(value) ? value : {};
  if (typeof env === "string") return { env };
  if (typeof file === "string") return { file };
  if (typeof ssm === "string") return { ssm };
  if (typeof secret !== "string") return undefined;
  return typeof key === "string" ? { secret, key } : { secret };
}

// A reference without a key reads the whole secret, and so every key of it.
function isSameSecret(one: Ref, other: Ref): boolean {
  if ("ssm" in one && "ssm" in other) return parameterName(one.ssm) === parameterName(other.ssm);
  if ("secret" in one && "secret" in other) {
    const isSameKey = one.key === undefined || other.key === undefined || one.key === other.key;
    return isSameKey && secretNames(one.secret).some((name) => secretNames(other.secret).includes(name));
  }
  if ("env" in one && "env" in other) return one.env === other.env;
  return "file" in one && "file" in other && one.file === other.file;
}

// A parameter may be named by its ARN, with a version or label, and with or without the leading slash.
function parameterName(ssm: string): string {
  return ssm
    .replace(/^arn:[^:]*:ssm:[^:]*:[^:]*:parameter/, "")
    .replace(/:.*/, "")
    .replace(/^\//, "");
}

// The ARN ends in a dash and six random characters, which Secrets Manager does not require.
function secretNames(secret: string): readonly string[] {
  const name = secret.replace(/^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:/, "");
  return name === secret ? [name] : [name, name.replace(/-[A-Za-z0-9]{6}$/, "")];
}
