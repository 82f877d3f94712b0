#!/usr/bin/env node
// What kubectl asks for completions of its plugin.
"use strict";

require("./launch.cjs")("kubectl alertstatus", ["__complete", "--"]);
