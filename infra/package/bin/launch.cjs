// Says which Node is needed, in JavaScript that any Node reads, where the files of alertstatus would only show a page of syntax errors.
"use strict";

var LEAST_MAJOR = 24;

/** Starts the command line under the name that was typed, with words before those of the user. */
module.exports = function launch(program, words) {
  if (parseInt(process.versions.node, 10) >= LEAST_MAJOR) {
    require("./start.cjs")(program, words);
    return;
  }
  process.stderr.write(
    program +
      " needs Node " +
      LEAST_MAJOR +
      " or newer, and this is " +
      process.version +
      " (" +
      process.execPath +
      ").\n" +
      "  Install a newer one: https://nodejs.org\n",
  );
  process.exitCode = 2;
};
