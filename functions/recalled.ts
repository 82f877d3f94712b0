type Answers<T> = Map<string, { readonly askedAt: number; readonly answer: Promise<T> }>;

const MOST = 2_000;

/** The answer at hand where it was asked for after `askedAfter` (`performance.now()`), a new one where it was not. The oldest go first. */
export function recalled<T>(answers: Answers<T>, key: string, askedAfter: number, ask: () => Promise<T>): Promise<T> {
  const known = answers.get(key);
  if (known !== undefined && known.askedAt > askedAfter) return known.answer;
  const next = { askedAt: performance.now(), answer: ask() };
  answers.delete(key);
  answers.set(key, next);
  const [oldest] = answers.keys();
  if (answers.size > MOST && oldest !== undefined) answers.delete(oldest);
  return next.answer;
}
