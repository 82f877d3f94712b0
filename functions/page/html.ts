// Makes markup in which every text stands as text, whatever it was made of.

import { escapeHtml, sanitize } from "../core/text.ts";

/** What stands in a page as it is. */
export type Markup = { readonly markup: string };

const MAX_LENGTH = 300;

/** A template whose values are escaped, in elements and in quoted attributes alike; only {@link Markup} stands as it is. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Markup | readonly Markup[])[]): Markup {
  return { markup: parts.map((part, at) => part + markupOf(values[at] ?? "")).join("") };
}

function markupOf(value: string | number | Markup | readonly Markup[]): string {
  if (typeof value === "number") return value.toLocaleString("en-US");
  if (typeof value === "string") return escapeHtml(shownText(value));
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}

/** A text as the page shows it: on one line, without marks that reorder or hide what follows them. */
export function shownText(text: string): string {
  return sanitize(text, MAX_LENGTH).toWellFormed();
}

/** A value as JSON that may stand in a script element. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
