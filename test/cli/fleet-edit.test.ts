// Holds the edit of a fleet file to the one place that it is about, whatever the file looks like.

import { describe, expect, test } from "vitest";
import { withEdit } from "../../functions/cli/fleet-edit.ts";

const V2 = { profiles: ["kyma-telemetry", { name: "v2", mode: "own" }] } as const;

describe("an edit of one cluster", () => {
  test.each([
    {
      what: "replaces the mode that is written",
      edit: { mode: "own" } as const,
      before: "clusters:\n- name: a # first\n  mode:   shadow   # for now\n- {name: b, mode: shadow}\n",
      after: "clusters:\n- name: a # first\n  mode:   own   # for now\n- {name: b, mode: shadow}\n",
    },
    {
      what: "adds the mode behind the name, where there is none",
      edit: { mode: "own" } as const,
      before:
        "defaults: {mode: shadow}\nclusters:\n    - kubernetes: {server: x}\n      name: a # first\n\n    # the second\n    - name: b",
      after:
        "defaults: {mode: shadow}\nclusters:\n    - kubernetes: {server: x}\n      name: a # first\n      mode: own\n\n    # the second\n    - name: b",
    },
    {
      what: "adds it at the end of a file without a line end",
      edit: { mode: "own" } as const,
      before: "clusters:\n- name: a",
      after: "clusters:\n- name: a\n  mode: own",
    },
    {
      what: "keeps the line ends of the file",
      edit: { mode: "own" } as const,
      before: "clusters:\r\n- name: a\r\n  kubernetes: {}\r\n",
      after: "clusters:\r\n- name: a\r\n  mode: own\r\n  kubernetes: {}\r\n",
    },
    {
      what: "adds it to a map on one line",
      edit: { mode: "own" } as const,
      before: "clusters: [ {name: a, kubernetes: {}}, {name: b} ]\n",
      after: "clusters: [ {name: a, mode: own, kubernetes: {}}, {name: b} ]\n",
    },
    {
      what: "writes JSON into JSON",
      edit: V2,
      before: '{"clusters": [{"name": "a", "labels": {}}]}',
      after: '{"clusters": [{"name": "a", "profiles": ["kyma-telemetry",{"name":"v2","mode":"own"}], "labels": {}}]}',
    },
    {
      what: "replaces the mode of a profile, and keeps its comments",
      edit: V2,
      before:
        "clusters:\n- name: a\n  profiles:\n    - kyma-telemetry # the first\n    - name: v2 # the trial\n      mode: shadow # since May\n",
      after:
        "clusters:\n- name: a\n  profiles:\n    - kyma-telemetry # the first\n    - name: v2 # the trial\n      mode: own # since May\n",
    },
    {
      what: "gives a profile without a mode one of its own",
      edit: {
        profiles: [
          { name: "kyma-telemetry", mode: "shadow" },
          { name: "v2", mode: "own" },
        ],
      } as const,
      before: "clusters:\n- name: a\n  profiles: [kyma-telemetry, {name: v2, mode: shadow}] # both\n",
      after: "clusters:\n- name: a\n  profiles: [{ name: kyma-telemetry, mode: shadow }, {name: v2, mode: own}] # both\n",
    },
    {
      what: "replaces a list that stands elsewhere, and leaves it there",
      edit: V2,
      before: "defaults:\n  profiles: &trial [kyma-telemetry, {name: v2, mode: shadow}]\nclusters:\n- name: a\n  profiles: *trial\n",
      after:
        "defaults:\n  profiles: &trial [kyma-telemetry, {name: v2, mode: shadow}]\nclusters:\n- name: a\n  profiles: [ kyma-telemetry, { name: v2, mode: own } ]\n",
    },
    {
      what: "quotes a name that YAML would read as something else",
      edit: { profiles: [{ name: "on: #1", mode: "own" }] } as const,
      before: "clusters:\n- name: a\n",
      after: 'clusters:\n- name: a\n  profiles: [ { name: "on: #1", mode: own } ]\n',
    },
  ])("$what", ({ edit, before, after }) => {
    expect(withEdit(before, "a", edit)).toBe(after);
  });

  test("is refused where the entry is an alias", () => {
    const text = "clusters:\n- &a {name: a}\n- *a\n";
    expect(() => withEdit(text.replace("- &a {name: a}\n", ""), "a", { mode: "own" })).toThrow(/edit it by hand/);
  });
});
