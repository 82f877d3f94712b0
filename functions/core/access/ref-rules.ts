import { isObject } from "../json.ts";
import { pathText } from "../validation.ts";
import type { AlertmanagerSource, AlertsSource } from "./alerts.ts";
import type { Kubernetes } from "./kubernetes.ts";
import type { Ref } from "./ref.ts";

/** What a fleet may refer to, by where it comes from and what else is kept there. */
export type RefRules = {
  /** It comes from `s3:` or `ssm:`, where whoever wrote it may know nothing of this machine's files and environment. */
  readonly isRemote?: boolean;
  /** The receiver's own, which no fleet may refer to. */
  readonly receiverSecret?: Ref;
};

type Referring = Kubernetes | AlertsSource | AlertmanagerSource;
type Path = readonly PropertyKey[];
type Placed = { readonly path: Path; readonly ref: Ref };

const LOCAL = "a fleet from s3: or ssm: refers to {ssm: …} and {secret: …} only: nothing of this machine is within its reach";
const RECEIVER = "this is the receiver's own secret, which is sent nowhere";

/** The references that break a rule, a line each, as `problemsOf` tells of a document. */
export function refErrors(
  { kubernetes, alerts = [] }: { readonly kubernetes?: Kubernetes; readonly alerts?: AlertsSource | readonly AlertsSource[] },
  rules: RefRules,
  place: (path: Path) => Path = (path) => path,
): string[] {
  const sources =
    "at" in alerts ? alerts.map((source, index) => ({ path: ["alerts", index], part: source })) : [{ path: ["alerts"], part: alerts }];
  const parts = kubernetes === undefined ? sources : [{ path: ["kubernetes"], part: kubernetes }, ...sources];
  return parts.flatMap(({ path, part }) =>
    refsOf(part).flatMap(({ path: inner, ref }) => {
      const message = broken(ref, rules);
      return message === undefined ? [] : [`${pathText(place([...path, ...inner]))}: ${message}`];
    }),
  );
}

function broken(ref: Ref, { isRemote = false, receiverSecret }: RefRules): string | undefined {
  if (isRemote && ("env" in ref || "file" in ref)) return LOCAL;
  return receiverSecret !== undefined && isSameSecret(ref, receiverSecret) ? RECEIVER : undefined;
}

/** Every reference of a way in, of a source of alerts, or of an Alertmanager. */
export function refsOf(part: Referring): readonly Placed[] {
  // The names of labels and headers are the writer's own: there, `env` is no reference.
  const { labels: _, headers = {}, alertmanager, ...fields } = { labels: undefined, headers: undefined, alertmanager: undefined, ...part };
  const sent = Object.entries(headers).flatMap(([name, value]) => refsIn(value, ["headers", name]));
  const beside = alertmanager === undefined ? [] : refsOf(alertmanager);
  return [...refsIn(fields, []), ...sent, ...beside.map(({ path, ref }) => ({ path: ["alertmanager", ...path], ref }))];
}

function refsIn(value: unknown, path: Path): Placed[] {
  const ref = toRef(value);
  if (ref !== undefined) return [{ path, ref }];
  return isObject(value) ? Object.entries(value).flatMap(([key, inner]) => refsIn(inner, [...path, key])) : [];
}

// A kubeconfig's place has a context too.
function toRef(value: unknown): Ref | undefined {
  const { env, file, ssm, secret, key } = isObject(value) ? value : {};
  if (typeof env === "string") return { env };
  if (typeof file === "string") return { file };
  if (typeof ssm === "string") return { ssm };
  if (typeof secret !== "string") return undefined;
  return typeof key === "string" ? { secret, key } : { secret };
}

// Whoever reads a whole secret reads all of its keys.
function isSameSecret(one: Ref, other: Ref): boolean {
  if ("ssm" in one && "ssm" in other) return parameterName(one.ssm) === parameterName(other.ssm);
  if ("secret" in one && "secret" in other) {
    const isSameKey = one.key === undefined || other.key === undefined || one.key === other.key;
    return isSameKey && secretNames(one.secret).some((name) => secretNames(other.secret).includes(name));
  }
  if ("env" in one && "env" in other) return one.env === other.env;
  return "file" in one && "file" in other && one.file === other.file;
}

// The same parameter by its ARN, by a version or label, and with or without the first slash.
function parameterName(ssm: string): string {
  return ssm
    .replace(/^arn:[^:]*:ssm:[^:]*:[^:]*:parameter/, "")
    .replace(/:.*$/, "")
    .replace(/^\//, "");
}

// The ARN ends in a dash and six characters of AWS's own; it is found without them too.
function secretNames(secret: string): readonly string[] {
  const name = secret.replace(/^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:/, "");
  return name === secret ? [name] : [name, name.replace(/-[A-Za-z0-9]{6}$/, "")];
}
