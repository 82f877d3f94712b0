// osls reads CommonJS and JSON only.
module.exports = require("./settings.ts").settings;
