// What may be sent in a header: a secret of one line. A document, such as a kubeconfig, holds more than the one server should see.

import { isObject, parseJson } from "../json.ts";

const LINE = /^[\x20-\x7e]+$/;
const PEM = /-----BEGIN [A-Z0-9 ]+-----/;
const KUBECONFIG = /(^|[\s{,"'])(apiVersion|clusters|current-context|client-key-data)["']?\s*:/;
const BASE64 = /^(?:[A-Za-z0-9+/_-]{4})+[A-Za-z0-9+/_-]{0,3}={0,2}$/;

/** Why a text is no token, password or header value; undefined where it is one. Nothing of the text is repeated. */
export function headerValueProblem(text: string): string | undefined {
  if (!LINE.test(text)) return "it is not one line of printable ASCII";
  const document = documentIn(text) ?? documentIn(decoded(text));
  return document && `it is ${document}, or the base64 of one`;
}

function documentIn(text: string): string | undefined {
  if (PEM.test(text)) return "a PEM";
  if (KUBECONFIG.test(text)) return "a kubeconfig";
  const value = /^\s*[{[]/.test(text) ? parseJson(text) : undefined;
  return isObject(value) || Array.isArray(value) ? "a JSON document" : undefined;
}

// Of either alphabet, with its padding or without; empty where the text is none.
function decoded(text: string): string {
  const digits = text.replaceAll("=", "").replaceAll("-", "+").replaceAll("_", "/");
  return BASE64.test(text) && digits.length % 4 !== 1 ? atob(digits) : "";
}
