// The command that binds a secret to its server is safe to paste, or there is none.

import { describe, expect, test } from "vitest";
import { bindingCommand, type Unbound } from "../../../functions/core/access/binding.ts";

const unbound = (more: Partial<Unbound> = {}): Unbound => ({
  ref: { ssm: "/alertstatus/prod/token" },
  origin: "https://api.example:6443",
  field: "token",
  isObject: false,
  ...more,
});

describe("the command that binds", () => {
  test.each([
    {
      what: "a parameter of plain text",
      of: unbound(),
      command:
        'aws ssm put-parameter --overwrite --type SecureString --name=/alertstatus/prod/token --value "$(aws ssm get-parameter --with-decryption --name=/alertstatus/prod/token --query Parameter.Value --output text | jq -Rc \'{server:"https://api.example:6443",token:.}\')"',
    },
    {
      what: "a secret that is an object",
      of: unbound({ ref: { secret: "prod/token@1", key: "token" }, isObject: true }),
      command:
        'aws secretsmanager put-secret-value --secret-id=prod/token@1 --secret-string "$(aws secretsmanager get-secret-value --secret-id=prod/token@1 --query SecretString --output text | jq -c \'.+{server:"https://api.example:6443"}\')"',
    },
    {
      what: "a server by its address",
      of: unbound({ origin: "https://[fd00::1]" }),
      command: expect.stringContaining("https://[fd00::1]"),
    },
  ])("$what shows it to no one", ({ of, command }) => {
    expect(bindingCommand(of)).toEqual(command);
  });

  test.each([
    { what: "an origin that a shell would run", of: unbound({ origin: "https://a.example/$(reboot)" }) },
    { what: "an origin behind other words", of: unbound({ origin: "x https://a.example" }) },
    { what: "a name that a shell would run", of: unbound({ ref: { ssm: "/a;reboot" } }) },
    { what: "a name of several words", of: unbound({ ref: { secret: "a b" } }) },
    { what: "a variable of the environment", of: unbound({ ref: { env: "TOKEN" } }) },
    { what: "a file", of: unbound({ ref: { file: "token" } }) },
  ])("is missing for $what", ({ of }) => {
    expect(bindingCommand(of)).toBeUndefined();
  });
});
