// Sends single requests to an API server, independent of the product's own client.

import { Agent, request } from "undici";

/** An API server and one of its users, as plain data. */
export type Access = { readonly server: string; readonly ca?: string; readonly token?: string };

export type Answer = { readonly status: number; readonly body: unknown };

/** One request of one user; `body` of the answer is parsed where it is JSON. */
export type ApiRequest = (
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: object,
  contentType?: string,
) => Promise<Answer>;

export function apiRequest({ server, ca, token }: Access): ApiRequest {
  const dispatcher = new Agent({ connections: 8, connect: { ca } });
  return async (method, path, body, contentType = "application/json") => {
    const response = await request(server + path, {
      dispatcher,
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && { "content-type": contentType }) },
      body: body && JSON.stringify(body),
    });
    return { status: response.statusCode, body: parsed(await response.body.text()) };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
