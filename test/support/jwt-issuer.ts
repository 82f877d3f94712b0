// Stands in for the issuer of an AWS account, whose web identity tokens a real API server verifies.

import { generateKeyPairSync, sign } from "node:crypto";
import { type SecureServer, serveSecurely } from "./secure-server.ts";

/** An account's issuer of web identity tokens as an API server sees it: discovery, keys, and JWTs that it signs. */
export type JwtIssuer = SecureServer & {
  /** Signs claims by RS256, with `iss` where they have none. */
  issue(claims: object): string;
};

export async function startJwtIssuer(): Promise<JwtIssuer> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const key = { ...publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" };
  const server = await serveSecurely(({ url }, response) => {
    const discovery = { issuer: server.url, jwks_uri: `${server.url}/keys`, id_token_signing_alg_values_supported: ["RS256"] };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(url === "/keys" ? { keys: [key] } : discovery));
  });
  const issue = (claims: object) => {
    const text = [
      { alg: "RS256", typ: "JWT", kid: "1" },
      { iss: server.url, ...claims },
    ]
      .map(encoded)
      .join(".");
    return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
  };
  return { ...server, issue };
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
