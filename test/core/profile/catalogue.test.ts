// An entry of the catalogue is complete, or each of its problems is named.

import { describe, expect, test } from "vitest";
import { parseCatalogueEntry } from "../../../functions/core/profile/catalogue.ts";
import { aProfile } from "../fleet/fleet-documents.ts";

const anEntry = (more: object = {}) => ({
  operator: "Queues",
  sources: ["https://example.org/alerts"],
  needs: "the operator's own metrics",
  traps: [],
  profiles: { "queue-1": aProfile() },
  ...more,
});

describe("an entry of the catalogue", () => {
  test("is what its file says", () => {
    const entry = parseCatalogueEntry(anEntry({ observe: "the kinds have no conditions" }));
    expect(entry).toMatchObject({
      operator: "Queues",
      observe: "the kinds have no conditions",
      profiles: { "queue-1": { condition: "Mine" } },
    });
  });

  test.each(["Queue", "queue_1", "-queue", "queue-", "a--b"])("has no profile with the name %s", (name) => {
    expect(() => parseCatalogueEntry(anEntry({ profiles: { [name]: aProfile() } }))).toThrow("a name of lower-case words with dashes");
  });

  test.each(["q", "queue", "rabbit-mq-queue-2"])("may have a profile with the name %s", (name) => {
    expect(Object.keys(parseCatalogueEntry(anEntry({ profiles: { [name]: aProfile() } })).profiles)).toEqual([name]);
  });

  test("with several problems names each in a line of its own", () => {
    expect(() => parseCatalogueEntry(anEntry({ operator: "", needs: undefined }))).toThrow(/^operator: .+\nneeds: .+$/);
  });
});
