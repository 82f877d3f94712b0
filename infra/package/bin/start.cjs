// Starts the command line on a Node that is new enough: an older one could not even read this import().
"use strict";

module.exports = async (program, words) => {
  const { start } = await import("../cli.mjs");
  await start(program, words);
};
