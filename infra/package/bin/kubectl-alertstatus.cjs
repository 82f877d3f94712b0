#!/usr/bin/env node
// The plugin of kubectl: `kubectl alertstatus`.
"use strict";

require("./launch.cjs")("kubectl alertstatus", []);
