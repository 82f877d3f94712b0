import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isBroken, proveHealth } from "../../../functions/core/verdict/proof.ts";
import { judge, type Verdict } from "../../../functions/core/verdict/verdict.ts";
import { aResource, knowing } from "../../support/builders.ts";
import { ABSENT, graveDoubts, mildDoubts, readingOf, rows, type ToldSource, toldSources, traces } from "./told-sources.ts";

const PROOFS = ["unproven", "warming up", "proven"];
const VERDICTS = ["False", "Unknown", "Unknown for now", "True"];

const proof = (sources: readonly ToldSource[]) => PROOFS.indexOf(proveHealth(kymaTelemetry, traces, sources.map(readingOf)).was);
const verdict = (sources: readonly ToldSource[]): Verdict => {
  const judged = judge(kymaTelemetry, aResource(), knowing(...sources.map(readingOf)));
  if ("skipped" in judged) throw new Error("the pipeline was skipped");
  return judged;
};
/** A verdict without its causes. */
const said = (sources: readonly ToldSource[]) => {
  const { because: _, decidedBy: __, ...rest } = verdict(sources);
  return rest;
};
const health = (sources: readonly ToldSource[]) => {
  const { status, provisional } = verdict(sources);
  return VERDICTS.indexOf(provisional ? "Unknown for now" : status);
};

const several = fc.array(toldSources, { minLength: 1, maxLength: 3 });
const alert = fc.constantFrom(...rows);
const runs = { numRuns: 300 };

/** Sources, and the same ones with one of them replaced. */
function replacing(replace: (source: ToldSource, alert: string) => readonly ToldSource[]) {
  return fc.record({ before: several, at: fc.nat(2), alert }).map(({ before, at, alert }) => {
    const chosen = at % before.length;
    const after = before.flatMap((source, index) => (index === chosen ? replace(source, alert) : [source]));
    return { before, after, chosen: before[chosen]! };
  });
}

describe.each(Object.entries({ ...mildDoubts, ...graveDoubts }))("one doubt more about one source, that %s,", (_, doubt) => {
  const doubting = replacing((source, alert) => [doubt(source, alert)]);

  test("never makes the sources a better proof", () => {
    fc.assert(
      fc.property(doubting, ({ before, after }) => {
        expect(proof(after)).toBeLessThanOrEqual(proof(before));
      }),
      runs,
    );
  });

  test("never makes the verdict healthier, where nothing fires on that source", () => {
    fc.assert(
      fc.property(doubting, ({ before, after, chosen }) => {
        fc.pre(chosen.firing.length === 0);
        expect(health(after)).toBeLessThanOrEqual(health(before));
      }),
      runs,
    );
  });
});

test.each(Object.entries(mildDoubts))(
  "even where something fires on it, the doubt that %s never makes the verdict healthier",
  (_, doubt) => {
    fc.assert(
      fc.property(
        replacing((source, alert) => [doubt(source, alert)]),
        ({ before, after }) => {
          expect(health(after)).toBeLessThanOrEqual(health(before));
        },
      ),
      runs,
    );
  },
);

test.each(Object.entries(graveDoubts))("a single source is never called healthy because %s", (_, doubt) => {
  fc.assert(
    fc.property(toldSources, alert, (source, about) => {
      if (verdict([source]).status !== "True") expect(verdict([doubt(source, about)]).status).not.toBe("True");
    }),
    runs,
  );
});

describe("a source that is lost", () => {
  test("never makes those that remain a better proof, and never the verdict healthier where nothing fired on it", () => {
    fc.assert(
      fc.property(
        replacing(() => []),
        ({ before, after, chosen }) => {
          expect(proof(after)).toBeLessThanOrEqual(proof(before));
          if (chosen.firing.length === 0) expect(health(after)).toBeLessThanOrEqual(health(before));
        },
      ),
      runs,
    );
  });

  test("counts for as much as one that cannot be read", () => {
    fc.assert(
      fc.property(toldSources, several, (lost, others) => {
        expect(said([{ ...lost, answers: "nothing" }, ...others])).toEqual(said(others));
      }),
      runs,
    );
  });
});

test("absent targets are never called healthy, unless the rule that tells of them is broken", () => {
  fc.assert(
    fc.property(several, fc.nat(2), (sources, at) => {
      const chosen = sources[at % sources.length]!;
      const telling = { ...chosen, firing: [...chosen.firing, ABSENT] };
      fc.pre(telling.answers !== "nothing" && !isBroken(traces, readingOf(telling), ABSENT));
      expect(verdict([...sources, telling]).status).not.toBe("True");
    }),
    runs,
  );
});

test("the order of the sources does not matter", () => {
  fc.assert(
    fc.property(several, (sources) => {
      expect(said(sources.toReversed())).toEqual(said(sources));
    }),
    runs,
  );
});

test("every verdict is met here", () => {
  const met = new Set(fc.sample(several, { numRuns: 2_000, seed: 1 }).map((sources) => VERDICTS[health(sources)]));
  expect([...met].sort()).toEqual([...VERDICTS].sort());
});
