import { install, locate, parts } from "./parts.ts";

for (const part of parts) {
  const found = locate(part);
  if (found === undefined) console.log(`${part.name} ${part.version}: building, this takes some minutes once`);
  console.log(`${part.name} ${part.version}: ${found ?? install(part)}`);
}
