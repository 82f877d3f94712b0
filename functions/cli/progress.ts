import ora from "ora";

const LARGE = 20;

/** One line on a terminal that counts clusters while a large fleet is at work; nothing in a pipe. */
export function showProgress(total: number): { step: () => void; stop: () => void } {
  const text = (done: number) => `${done} of ${total} clusters`;
  const spinner = ora({ text: text(0), stream: process.stderr, isSilent: total < LARGE || !process.stderr.isTTY }).start();
  let done = 0;
  return {
    step: () => {
      spinner.text = text(++done);
    },
    stop: () => {
      spinner.stop();
    },
  };
}
