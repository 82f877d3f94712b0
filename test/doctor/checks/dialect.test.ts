import { expect, test } from "vitest";
import { dialectOf } from "../../../functions/doctor/checks/dialect.ts";

const none = '{"status":"success","data":{"alerts":[]}}';

test.each([
  { shown: { build: { version: "3.16.0" }, answer: none }, is: "Prometheus 3.16.0" },
  { shown: { build: { version: "" }, answer: none }, is: "Prometheus" },
  { shown: { build: { version: "0.39.2" }, answer: none }, is: "Thanos 0.39.2" },
  { shown: { build: undefined, answer: '{"status":"success","data":{"alerts": null}}' }, is: "Thanos" },
  { shown: { build: undefined, answer: '{"status":"success","data":{"Alerts":[]}}' }, is: "Thanos" },
  { shown: { build: { application: "Grafana Mimir", version: "2.17.1" }, answer: none }, is: "Grafana Mimir 2.17.1" },
  {
    shown: { origin: "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1", build: undefined, answer: none },
    is: "Amazon Managed Prometheus",
  },
  { shown: { build: undefined, answer: none }, is: undefined },
])("$shown is $is", ({ shown, is }) => {
  expect(dialectOf(shown)).toBe(is);
});
