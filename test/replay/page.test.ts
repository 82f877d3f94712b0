import { describe, expect, it } from "vitest";
import { pageOf } from "../../functions/replay/page.ts";
import { HOSTILE, replayWith, span } from "./a-replay.ts";

describe("the page of a replay", () => {
  const page = pageOf([
    replayWith([span(0, 50, {}), span(50, 60, { by: "gap", status: "Unknown", because: [HOSTILE] }), span(60, 100, { status: "Unknown" })]),
  ]);

  it("shows whatever a cluster says as text", () => {
    expect(page).not.toContain("<script");
    expect(page.split("&lt;script src=&quot;https://evil.example/x.js&quot;&gt;&#39;&amp;&quot;&lt;/script&gt;").length).toBeGreaterThan(4);
  });

  it("loads nothing from elsewhere", () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/(?:src|href)=["'](?!#)/);
  });

  it("draws neither a gap nor what is unknown in the color of health", () => {
    const line = page.slice(page.indexOf('<td class="line">'));
    const kinds = [...line.matchAll(/<rect class="(\w+)" x="(\d+)" width="(\d+)"/g)].map(([, kind, x, width]) => `${kind} ${x}+${width}`);
    expect(kinds).toEqual(["True 0+50", "gap 50+10", "Unknown 60+40"]);
  });
});
