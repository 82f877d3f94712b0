// Holds the problems of a fleet file to the name of the cluster, the line, and one line for equal ones.

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { problemLines } from "../../functions/cli/fleet-problems.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";

const linesFor = (text: string, isRemote = false) => problemLines(parseFleet(parse(text, { merge: true }), { isRemote }), text);

/** A fleet of 150 clusters, one line each but for these. */
function fleetWith(entries: Readonly<Record<number, string>>): string {
  const lines = Array.from(
    { length: 150 },
    (_, at) => entries[at] ?? `  - {name: prod-eu-${at}, kubernetes: {server: https://api.example}}`,
  );
  return `clusters:\n${lines.join("\n")}\n`;
}

describe("a problem of a fleet file", () => {
  test.each([
    {
      of: "a cluster names it and the line of the field",
      text: fleetWith({ 147: "  - name: prod-eu-12b\n    kubconfig: {file: a}\n    kubernetes: {server: https://a.example}" }),
      lines: ["clusters[147] `prod-eu-12b`, line 150: there is no field kubconfig; kubernetes?"],
    },
    {
      of: "a value names its own line",
      text: "clusters:\n  - name: one\n    kubernetes:\n      server: https://a.example\n      ca: 7\n",
      lines: [expect.stringMatching(/^clusters\[0\]\.kubernetes\.ca `one`, line 5: /)],
    },
    {
      of: "a field that is missing names the line of its map",
      text: "clusters:\n  - name: one\n    kubernetes:\n      eks: {name: a}\n",
      lines: ["clusters[0].kubernetes.eks.region `one`, line 4: text is needed here"],
    },
    {
      of: "the defaults has no cluster",
      text: "defaults:\n  mode: x\nclusters:\n  - {name: one, kubernetes: {server: https://a.example}}\n",
      lines: [expect.stringMatching(/^defaults\.mode, line 2: Invalid/)],
    },
    {
      of: "a text of one line has no line",
      text: '{"clusters":[{"name":"one","typo":1,"kubernetes":{"server":"https://a.example"}}]}',
      lines: ["clusters[0] `one`: there is no field typo"],
    },
    {
      of: "a name that is none is not repeated",
      text: "clusters:\n  - {name: NOT A NAME, kubernetes: {server: https://a.example}}\n",
      lines: [expect.stringMatching(/^clusters\[0\]\.name, line 2: a DNS-1123 label/)],
    },
    {
      of: "a profile that is mistyped names the nearest",
      text: "clusters:\n  - {name: one, profiles: [kyma-telemetri], kubernetes: {server: https://a.example}}\n",
      lines: ["clusters[0].profiles `one`, line 2: there is no profile kyma-telemetri; kyma-telemetry?"],
    },
    {
      of: "a profile names the line of its own field, however deep",
      text: `clusters: []\nprofiles:\n  mine:\n    condition: Mine\n    identify: {name: name, unlabelled: none}\n    flows:\n      - of: {group: a.example, version: v1, plural: as, kind: A}\n        rows:\n          - {alert: A, reason: R, message: m}\n          - alert: B\n            message: m\n            reason: no reason\n        unproven: [{reason: R, message: m}]\n        healthy: {reason: R, message: m}\n`,
      lines: ["profiles.mine.flows[0].rows[1].reason, line 12: a reason is one CamelCase word"],
    },
    {
      of: "what a merge key brings stands in the line of the cluster",
      text: "clusters:\n  - &base\n    name: one\n    mode: x\n    kubernetes: {server: https://a.example}\n  - <<: *base\n    name: two\n",
      lines: [expect.stringMatching(/^clusters\[0\]\.mode `one`, line 4; clusters\[1\]\.mode `two`, line 6: Invalid/)],
    },
  ])("of $of", ({ text, lines }) => {
    expect(linesFor(text)).toEqual(lines);
  });

  test("of many clusters is one line", () => {
    const wrong = Array.from({ length: 20 }, (_, at) => [
      at,
      `  - {name: c${at}, kubernetes: {server: https://a.example, ca: {file: ca.pem}}}`,
    ]);
    expect(linesFor(fleetWith(Object.fromEntries(wrong)), true)).toEqual([
      expect.stringMatching(
        /^clusters\[0\]\.kubernetes\.ca `c0`, line 2; clusters\[1\]\.kubernetes\.ca `c1`, line 3; clusters\[2\]\.kubernetes\.ca `c2`, line 4 and 17 more: a fleet from s3:/,
      ),
    ]);
  });
});
