// Remembers the small lists that a process has read, so that one that has not changed since is not parsed again.

/** Lists as they were last read; a caller is correct without them, and changes nothing in what it gets. */
export type KnownLists = {
  /** What a text is as JSON: the same value as the last one of this key where nothing but the version of the list differs, else what `parse` makes of it. */
  read(key: string, text: string, parse: () => unknown): unknown;
};

type Known = { readonly content: string; readonly list: unknown };

// What is parsed takes about four times its text.
const MAX_CHARS = 8 * 2 ** 20;
// Each write in the cluster moves it on, whatever is written.
const VERSION = '"resourceVersion":"';
const NOTHING_ELSE = /^"resourceVersion":"\d+"\}\}\n?$/;

/** No list yet. All together have at most `maxChars`: what was read first is forgotten first. */
export function openKnownLists(maxChars = MAX_CHARS): KnownLists {
  const known = new Map<string, Known>();
  let chars = 0;

  function forget(key: string): void {
    chars -= known.get(key)?.content.length ?? 0;
    known.delete(key);
  }

  return {
    read(key, text, parse) {
      const content = contentOf(text);
      const last = known.get(key);
      if (last?.content === content) return last.list;
      forget(key);
      const list = parse();
      known.set(key, { content, list });
      chars += content.length;
      for (const oldest of known.keys()) {
        if (chars <= maxChars) break;
        forget(oldest);
      }
      return list;
    },
  };
}

// All but the version, where it comes last, as the API server writes it.
function contentOf(text: string): string {
  const at = text.lastIndexOf(VERSION);
  return NOTHING_ELSE.test(text.slice(at)) ? text.slice(0, at) : text;
}
