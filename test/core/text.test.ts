// Holds text from servers and clusters to what a terminal may show, and secrets to what none may.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareText, escapeHtml, redact, redactAll, sanitize, shortList, truncateBytes } from "../../functions/core/text.ts";

describe("sanitize removes", () => {
  test.each([
    { what: "color codes", text: "a\u001b[31mred\u001b[0m", shown: "a [31mred [0m" },
    { what: "line ends", text: "one\r\ntwo\u2028three\u2029four\u0085five", shown: "one two three four five" },
    { what: "marks that change the direction of text", text: "safe\u202egnp.exe", shown: "safe gnp.exe" },
    { what: "characters without width", text: "pass\u200bword\ufeff", shown: "pass word" },
    { what: "NUL and bell", text: "\u0000a\u0007", shown: "a" },
    { what: "no letter of any script", text: "Grüße, 世界 🙂", shown: "Grüße, 世界 🙂" },
  ])("$what", ({ text, shown }) => {
    expect(sanitize(text)).toBe(shown);
  });

  test("what exceeds the maximal length, and marks the cut", () => {
    expect(sanitize("abcdef", 4)).toBe("abc…");
    expect(sanitize("abcd", 4)).toBe("abcd");
  });

  test("what stands behind twice the maximal length, before it looks at the rest", () => {
    expect(sanitize("\n\n\n\n\n\n\nabc", 4)).toBe("a");
  });

  test("unprintable characters from any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), fc.integer({ min: 1, max: 400 }), (text, maxLength) => {
        const shown = sanitize(text, maxLength);
        expect(shown.length).toBeLessThanOrEqual(maxLength);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });
});

test.each([
  { one: "a", other: "b", order: -1 },
  { one: "b", other: "a", order: 1 },
  { one: "a", other: "a", order: 0 },
  { one: "Z", other: "a", order: -1 },
  { one: "a", other: "ä", order: -1 },
])("compareText puts $one to $other as $order", ({ one, other, order }) => {
  expect(compareText(one, other)).toBe(order);
});

test.each([
  { names: [], max: 2, list: "" },
  { names: ["a"], max: 2, list: "a" },
  { names: ["a", "b"], max: 2, list: "a, b" },
  { names: ["a", "b", "c", "d", "e"], max: 2, list: "a, b and 3 more" },
])("shortList shows $max of $names as $list", ({ names, max, list }) => {
  expect(shortList(names, max)).toBe(list);
});

test.each([
  { text: "abcdef", max: 6, cut: "abcdef" },
  { text: "abcdefg", max: 6, cut: "abc…" },
  { text: "äöü", max: 6, cut: "äöü" },
  { text: "äöüß", max: 6, cut: "ä…" },
])("truncateBytes cuts $text to $max bytes: $cut", ({ text, max, cut }) => {
  expect(truncateBytes(text, max)).toBe(cut);
});

test("escapeHtml leaves nothing that ends an element or an attribute", () => {
  expect(escapeHtml(`<a href="x" title='y'>&</a>`)).toBe("&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
});

describe("redact removes a secret", () => {
  const secret = "ÿ?~>pä$$/w+rd?=&>>>";
  const bytes = Buffer.from(secret);
  test.each([
    { as: "in plain text", echo: secret },
    { as: "in base64", echo: bytes.toString("base64") },
    { as: "in base64 without padding", echo: bytes.toString("base64").replace(/=+$/, "") },
    { as: "in base64url", echo: bytes.toString("base64url") },
    { as: "URL-encoded", echo: encodeURIComponent(secret) },
    { as: "URL-encoded in lower case", echo: encodeURIComponent(secret).toLowerCase() },
    { as: "as a JSON string", echo: JSON.stringify(secret).slice(1, -1) },
  ])("$as", ({ echo }) => {
    expect(redact(`refused: "${echo}", again ${echo}.`, ["other", secret])).toMatch(/^refused: "\[redacted\]=*", again \[redacted\]=*\.$/);
  });

  test("with a quote or a backslash from a JSON string", () => {
    expect(redact(JSON.stringify({ token: 'a"b\\c' }), ['a"b\\c'])).toBe('{"token":"[redacted]"}');
  });

  test("that contains another secret as a whole", () => {
    expect(redact("token abc-def-ghi", ["abc-", "abc-def-ghi"])).toBe("token [redacted]");
  });

  test("that overlaps with another one entirely", () => {
    expect(redact("token abcdefgh", ["abcdef", "cdefgh"])).toBe("token [redacted]");
  });

  test("without changing the mark of another redaction", () => {
    expect(redact("token 1234abcd", ["1234abcd", "redacted"])).toBe("token [redacted]");
  });

  test("of four bytes, but not one of three, which ordinary words contain", () => {
    expect(redact("abc abcd", ["abc"])).toBe("abc abcd");
    expect(redact("abc abcd", ["abcd"])).toBe("abc [redacted]");
  });

  test("with half a surrogate pair", () => {
    expect(redact("token \ud800secret", ["\ud800secret"])).toBe("token [redacted]");
  });

  test("in whatever order secrets and text stand", () => {
    expect(redact("first second first", ["second", "first"])).toBe("[redacted] [redacted] [redacted]");
    expect(redact("first, second", ["first", "second"])).toBe("[redacted], [redacted]");
  });

  test("in base64 that would be padded by one sign or by two", () => {
    expect(redact(`${btoa("1234").replace(/=+$/, "")}.`, ["1234"])).toBe("[redacted].");
    expect(redact(`${btoa("12345").replace(/=+$/, "")}.`, ["12345"])).toBe("[redacted].");
  });

  test("of any length", () => {
    const long = "a long secret ".repeat(30_000);
    expect(redact(`refused: ${long}`, [long])).toBe("refused: [redacted]");
  });

  test("that is the whole text, beside a secret that is longer than it", () => {
    expect(redact("hunter2", ["hunter2", "a much longer secret"])).toBe("[redacted]");
  });

  test("only where there is one", () => {
    expect(redact("as it is", [])).toBe("as it is");
    expect(redact("as it is", [""])).toBe("as it is");
  });

  test("from any surrounding text", () => {
    const words = fc.string({ minLength: 6, maxLength: 40 });
    fc.assert(
      fc.property(words, fc.string(), fc.string(), (word, before, after) => {
        const text = redact([before, word, encodeURIComponent(word), Buffer.from(word).toString("base64url"), after].join(" "), [word]);
        expect(text).not.toContain(word);
      }),
    );
  });
});

describe("redactAll", () => {
  const secret = "a long secret";
  const outcome = { was: "refused", names: ["b", `c ${secret}`], deep: { reason: btoa(secret), why: secret, ms: 1, none: null } };

  test("redacts every text of a value, but what code decides by", () => {
    expect(redactAll(outcome, ["other", secret])).toEqual({
      ...outcome,
      names: ["b", "c [redacted]"],
      deep: { ...outcome.deep, reason: "[redacted]==" },
    });
  });

  test.each([
    { value: secret, secrets: [secret], redacted: "[redacted]" },
    { value: ["b", secret], secrets: [secret, "a secret longer than every text of the value"], redacted: ["b", "[redacted]"] },
  ])("redacts $value where the secrets are $secrets", ({ value, secrets, redacted }) => {
    expect(redactAll<unknown>(value, secrets)).toEqual(redacted);
  });

  test.each([[[]], [["another secret"]], [["a secret longer than every text of the value"]]])(
    "leaves a value that repeats none of %j",
    (secrets) => {
      expect(redactAll(outcome, secrets)).toBe(outcome);
    },
  );
});
