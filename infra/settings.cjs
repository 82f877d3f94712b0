// Makes settings.ts available to osls, which loads CommonJS and JSON only.
module.exports = require("./settings.ts").settings;
