/** The time of day as the API server writes it: RFC 3339 with seconds. */
export function now(): string {
  return `${new Date().toISOString().slice(0, "2026-01-01T00:00:00".length)}Z`;
}
