// How a stored secret is bound to its server: by a command that shows the secret to no one.

import type { Ref } from "./ref.ts";

/** What is written: all of a plain text under the name of a field, or a JSON object with its server beside what it holds. */
export type Unbound = { readonly ref: Ref; readonly origin: string; readonly field: string; readonly isObject: boolean };

// What a shell and jq take as it is: a fleet's author chooses the host, and a person pastes the command.
const PLAIN_ORIGIN = /^https?:\/\/[A-Za-z0-9.:[\]-]+$/;
const PLAIN_NAME = /^[\w/+=.@:-]+$/;

/** The shell command that rewrites the secret as an object with its `server`; undefined where there is none that is safe to paste. */
export function bindingCommand({ ref, origin, field, isObject }: Unbound): string | undefined {
  const name = "ssm" in ref ? ref.ssm : "secret" in ref ? ref.secret : "";
  if (!PLAIN_ORIGIN.test(origin) || !PLAIN_NAME.test(name)) return undefined;
  const jq = isObject ? `jq -c '.+{server:"${origin}"}'` : `jq -Rc '{server:"${origin}",${field}:.}'`;
  if ("ssm" in ref) {
    const read = `aws ssm get-parameter --with-decryption --name=${name} --query Parameter.Value --output text`;
    return `aws ssm put-parameter --overwrite --type SecureString --name=${name} --value "$(${read} | ${jq})"`;
  }
  const read = `aws secretsmanager get-secret-value --secret-id=${name} --query SecretString --output text`;
  return `aws secretsmanager put-secret-value --secret-id=${name} --secret-string "$(${read} | ${jq})"`;
}
