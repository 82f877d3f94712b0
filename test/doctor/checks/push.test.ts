// Holds the push check to what Prometheus lists as its Alertmanagers.

import { expect, test } from "vitest";
import { pushCheck } from "../../../functions/doctor/checks/push.ts";

const to = (cluster: string) => `https://abc.lambda-url.eu-central-1.on.aws/clusters/${cluster}/api/v2/alerts`;
const ALERTMANAGER = "http://alertmanager:9093/api/v2/alerts";

test.each([
  { targets: [[ALERTMANAGER, to("prod")]], was: "ok", says: "pushes to `receive` as prod" },
  { targets: [undefined, [to("prod")]], was: "ok", says: "pushes to `receive` as prod" },
  { targets: [[to("moon")]], was: "failed", says: "pushes to `receive` as moon" },
  { targets: [[ALERTMANAGER]], was: "skipped", says: "does not push" },
  { targets: [[]], was: "skipped", says: "does not push" },
  { targets: [[`${to("prod")}/more`, "no url"]], was: "skipped", says: "does not push" },
  { targets: [undefined], was: "skipped", says: "no source lists" },
  { targets: [], was: "skipped", says: "no source lists" },
])("a source that pushes to $targets is $was", ({ targets, was, says }) => {
  expect(pushCheck("prod", targets)).toMatchObject({ was, message: expect.stringContaining(says) });
});
