// Fills the template of the stack, which the build packages once with placeholders, with the values of one deployment.

/** The values, found by the path that a placeholder names: `zzstagezz`, `zzparam.tickzz`, `zzsettings.fleet.urizz`, `zzcode.dispatchzz`. */
export type Values = Readonly<Record<"stage" | "param" | "settings" | "code", unknown>>;

/** The placeholder of a value: letters only, so that it may stand wherever a name does. */
export function placeholder(path: string): string {
  return `zz${path}zz`;
}

const PLACEHOLDERS = /zz([a-zA-Z.]+?)zz/g;

/**
 * The template with a value for each placeholder. A value that is `{Ref: name}` becomes part of a `Fn::Sub` where it stands within a text,
 * and a property whose value is null is left out. Throws where there is no value.
 */
export function fill(node: unknown, values: Values): unknown {
  if (typeof node === "string") return fillText(node, values);
  if (Array.isArray(node)) return node.map((item) => fill(item, values));
  if (!isRecord(node)) return node;
  const filled = Object.entries(node).map(([key, value]) => [key, key === "Fn::Sub" ? fillSub(value, values) : fill(value, values)]);
  return Object.fromEntries(filled.filter(([, value]) => value !== null));
}

function fillText(text: string, values: Values): unknown {
  const [found, ...others] = [...text.matchAll(PLACEHOLDERS)];
  if (found === undefined) return text;
  if (others.length === 0 && found[0] === text) return valueAt(found[1] ?? "", values);
  const replaced = replace(text, values);
  // What was a plain `${` stays one.
  return replaced.hasReference ? { "Fn::Sub": replace(text.replaceAll("${", "${!"), values).text } : replaced.text;
}

// Of the two forms of `Fn::Sub` the stack uses the text alone.
function fillSub(text: unknown, values: Values): unknown {
  return typeof text === "string" ? replace(text, values).text : fill(text, values);
}

function replace(text: string, values: Values): { readonly text: string; readonly hasReference: boolean } {
  let hasReference = false;
  const replaced = text.replaceAll(PLACEHOLDERS, (_, path: string) => {
    const value = valueAt(path, values);
    if (!isRecord(value)) return String(value);
    hasReference = true;
    return `\${${value.Ref}}`;
  });
  return { text: replaced, hasReference };
}

function valueAt(path: string, values: Values): unknown {
  const value = path.split(".").reduce<unknown>((found, key) => (isRecord(found) ? found[key] : undefined), values);
  if (value === undefined) throw new Error(`the template of the stack has a placeholder without a value: ${path}`);
  return value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
