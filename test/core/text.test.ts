import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redact, sanitize } from "../../functions/core/text.ts";

describe("text from elsewhere is made fit for a terminal", () => {
  test.each([
    { what: "colours", text: "a\u001b[31mred\u001b[0m", shown: "a [31mred [0m" },
    { what: "line ends", text: "one\r\ntwo\u2028three\u2029four\u0085five", shown: "one two three four five" },
    { what: "marks that turn the direction", text: "safe\u202egnp.exe", shown: "safe gnp.exe" },
    { what: "what has no width", text: "pass\u200bword\ufeff", shown: "pass word" },
    { what: "NUL and bell", text: "\u0000a\u0007", shown: "a" },
    { what: "nothing that people write", text: "Grüße, 世界 🙂", shown: "Grüße, 世界 🙂" },
  ])("without $what", ({ text, shown }) => {
    expect(sanitize(text)).toBe(shown);
  });

  test("and cut, with a mark where it was cut", () => {
    expect(sanitize("abcdef", 4)).toBe("abc…");
    expect(sanitize("abcd", 4)).toBe("abcd");
  });

  test("whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), fc.integer({ min: 1, max: 400 }), (text, maxLength) => {
        const shown = sanitize(text, maxLength);
        expect(shown.length).toBeLessThanOrEqual(maxLength);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });
});

describe("a secret is not repeated", () => {
  const secret = "ÿ?~>pä$$/w+rd?=&>>>";
  const bytes = Buffer.from(secret);
  test.each([
    { spelled: "as it is", echo: secret },
    { spelled: "in base64", echo: bytes.toString("base64") },
    { spelled: "in base64 without padding", echo: bytes.toString("base64").replace(/=+$/, "") },
    { spelled: "in base64url", echo: bytes.toString("base64url") },
    { spelled: "URL-encoded", echo: encodeURIComponent(secret) },
    { spelled: "URL-encoded in lower case", echo: encodeURIComponent(secret).toLowerCase() },
    { spelled: "as a JSON string", echo: JSON.stringify(secret).slice(1, -1) },
  ])("spelled $spelled", ({ echo }) => {
    expect(redact(`refused: "${echo}", again ${echo}.`, ["other", secret])).toMatch(/^refused: "\[redacted\]=*", again \[redacted\]=*\.$/);
  });

  test("a secret with a quote or a backslash is none as a JSON string either", () => {
    expect(redact(JSON.stringify({ token: 'a"b\\c' }), ['a"b\\c'])).toBe('{"token":"[redacted]"}');
  });

  test("a long secret that holds a short one is gone as a whole", () => {
    expect(redact("token abc-def-ghi", ["abc-", "abc-def-ghi"])).toBe("token [redacted]");
  });

  test("of two secrets that overlap, no part is left", () => {
    expect(redact("token abcdefgh", ["abcdef", "cdefgh"])).toBe("token [redacted]");
  });

  test("a secret that is a word of the mark leaves the mark alone", () => {
    expect(redact("token 1234abcd", ["1234abcd", "redacted"])).toBe("token [redacted]");
  });

  test("a secret of three bytes is left, for it stands in every other word", () => {
    expect(redact("abc abcd", ["abc"])).toBe("abc abcd");
    expect(redact("abc abcd", ["abcd"])).toBe("abc [redacted]");
  });

  test("a secret with half a character is redacted too", () => {
    expect(redact("token \ud800secret", ["\ud800secret"])).toBe("token [redacted]");
  });

  test("however long it is", () => {
    const long = "a long secret ".repeat(30_000);
    expect(redact(`refused: ${long}`, [long])).toBe("refused: [redacted]");
  });

  test("no secret is no change", () => {
    expect(redact("as it is", [])).toBe("as it is");
    expect(redact("as it is", [""])).toBe("as it is");
  });

  test("whatever the secret, and whatever stands around it", () => {
    const words = fc.string({ minLength: 6, maxLength: 40 });
    fc.assert(
      fc.property(words, fc.string(), fc.string(), (word, before, after) => {
        const said = redact([before, word, encodeURIComponent(word), Buffer.from(word).toString("base64url"), after].join(" "), [word]);
        expect(said).not.toContain(word);
      }),
    );
  });
});
