// Holds tables to the width of a terminal: what is narrowed, what is left out, and that no word is broken.

import { describe, expect, test } from "vitest";
import { colored } from "../../functions/cli/output.ts";
import { type Table, tableText } from "../../functions/cli/table.ts";

const CLUSTERS = ["prod-eu-1", "prod-eu-2", "prod-eu-3", "prod-eu-4"];
const table: Table = {
  columns: [{ head: "STATUS" }, { head: "REASON" }, { head: "N", drop: 2 }, { head: "MESSAGE", drop: 1 }, { head: "CLUSTERS" }],
  rows: [
    ["False", "GatewayAllTelemetryDataDropped", "4", "the gateway loses every span of every trace", CLUSTERS],
    ["Unknown", "AlertsUnreadable", "1", "no answer", ["prod-us-1"]],
  ],
};

describe("a table", () => {
  // Where each item is measured with all before it, this takes minutes.
  test.each([Number.POSITIVE_INFINITY, 80, 100_000])("of a list of 50,000 items is laid out in a width of %d", (width) => {
    const names = Array.from({ length: 50_000 }, (_, at) => `prod-${at}`);
    const text = tableText({ columns: [{ head: "WHAT" }, { head: "WHERE" }], rows: [["tracepipeline", names]] }, width);
    const [, row = ""] = text.split("\n");
    expect(row).toMatch(/^tracepipeline {3}prod-0, prod-1, /);
    expect(row.length).toBeLessThanOrEqual(width);
  });

  test.each([
    {
      width: Number.POSITIVE_INFINITY,
      does: "shows everything in a pipe",
      text: [
        "STATUS    REASON                           N   MESSAGE                                       CLUSTERS",
        "False     GatewayAllTelemetryDataDropped   4   the gateway loses every span of every trace   prod-eu-1, prod-eu-2, prod-eu-3, prod-eu-4",
        "Unknown   AlertsUnreadable                 1   no answer                                     prod-us-1",
      ],
    },
    {
      width: 120,
      does: "shows as many items of a list as fit",
      text: [
        "STATUS    REASON                           N   MESSAGE                                       CLUSTERS",
        "False     GatewayAllTelemetryDataDropped   4   the gateway loses every span of every trace   prod-eu-1, prod-eu-2 +2",
        "Unknown   AlertsUnreadable                 1   no answer                                     prod-us-1",
      ],
    },
    {
      width: 92,
      does: "leaves out the last words of a text",
      text: [
        "STATUS    REASON                           N   MESSAGE                          CLUSTERS",
        "False     GatewayAllTelemetryDataDropped   4   the gateway loses every span …   prod-eu-1 +3",
        "Unknown   AlertsUnreadable                 1   no answer                        prod-us-1",
      ],
    },
    {
      width: 78,
      does: "leaves out the column that goes first",
      text: [
        "STATUS    REASON                           MESSAGE                CLUSTERS",
        "False     GatewayAllTelemetryDataDropped   the gateway loses …    prod-eu-1 +3",
        "Unknown   AlertsUnreadable                 no answer              prod-us-1",
      ],
    },
    {
      width: 40,
      does: "keeps what stays, though it is too wide",
      text: [
        "STATUS    REASON                           CLUSTERS",
        "False     GatewayAllTelemetryDataDropped   prod-eu-1 +3",
        "Unknown   AlertsUnreadable                 prod-us-1",
      ],
    },
  ])("$does ($width)", ({ width, text }) => {
    expect(tableText(table, width)).toBe(text.join("\n"));
  });

  test("continues a text on the next line where its column wraps", () => {
    const columns = [{ head: "CHECK" }, { head: "MESSAGE", wraps: true }];
    const rows = [["tls", "the certificate of https://api.example expires in three days\n→ renew it"]];
    expect(tableText({ columns, rows }, 40)).toBe(
      [
        "CHECK   MESSAGE",
        "tls     the certificate of",
        "        https://api.example expires in",
        "        three days",
        "        → renew it",
      ].join("\n"),
    );
  });

  test("prints no headings where none are wanted", () => {
    expect(tableText({ columns: [{ head: "A LONG HEADING" }, { head: "B" }], rows: [["a", "b"]] }, 80, false)).toBe("a   b");
  });

  test("measures a colored text as it is shown", () => {
    const rows = [[colored("red", "False"), "x"]];
    expect(tableText({ columns: [{ head: "STATUS" }, { head: "X" }], rows }, 80)).toBe(`STATUS   X\n${colored("red", "False")}    x`);
  });

  test("breaks no word at any width", () => {
    const words = new Set(["+1", "+2", "+3", "…", ...tableText(table, Number.POSITIVE_INFINITY).split(/[\s,]+/)]);
    for (let width = 1; width <= 160; width++)
      expect(
        tableText(table, width)
          .split(/[\s,]+/)
          .filter((word) => !words.has(word)),
      ).toEqual([]);
  });
});
