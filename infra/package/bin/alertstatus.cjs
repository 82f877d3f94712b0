#!/usr/bin/env node
// The command `alertstatus`.
"use strict";

require("./launch.cjs")("alertstatus", []);
