// Holds a deployment to settings that are checked before anything runs, one line for each mistake.

import { describe, expect, test } from "vitest";
import { readWords } from "../../infra/deploy.ts";

describe("npm run deploy", () => {
  test("takes a stage, a region and parameters", () => {
    const words = [
      "--stage",
      "prod",
      "--region",
      "eu-central-1",
      "--param",
      "tick=rate(5 minutes)",
      "--param=alarmEmail=oncall@example.org",
    ];
    expect(readWords(words)).toEqual({
      stage: "prod",
      region: "eu-central-1",
      params: { tick: "rate(5 minutes)", alarmEmail: "oncall@example.org" },
      verbose: false,
    });
  });

  test("takes the local cloud as a place", () => {
    expect(readWords(["--param", "local=true"])).toMatchObject({ params: { local: "true" } });
  });

  test("needs no words at all", () => {
    expect(readWords([])).toMatchObject({ stage: "dev", params: {} });
  });

  test.each([
    { words: ["--param", "tikc=rate(1 minute)"], problems: ["--param tikc: there is no such parameter; tick?"] },
    { words: ["--param", "tick"], problems: ["--param tick: key=value is expected"] },
    { words: ["--stage", "Prod"], problems: [expect.stringMatching(/^stage: lower-case/)] },
    { words: ["--region", "moon"], problems: [expect.stringMatching(/^--region: an AWS region/)] },
    { words: ["--stgae", "prod"], problems: [expect.stringContaining("--stgae")] },
    { words: ["prod"], problems: [expect.stringContaining("prod")] },
    {
      words: ["--param", "reconcileMemory=1GB", "--param", "topic=x", "--param", "receiverSecret=hunter2-hunter2"],
      problems: [
        "--param topic: there is no such parameter; topics?",
        expect.stringMatching(/^RECEIVER_SECRET: a reference is expected(?!.*hunter2)/),
        "reconcileMemory: a whole number from 128 to 10240 is expected",
      ],
    },
  ])("refuses $words, a line for each mistake", ({ words, problems }) => {
    expect(readWords(words)).toEqual({ problems });
  });
});
