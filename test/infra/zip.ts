// Lists the files of a package without unpacking it.

const ENTRY = Buffer.from("PK\x01\x02", "latin1");
const HEADER_BYTES = 46;
const NAME_LENGTH_AT = 28;

/** The names of the files in a zip archive, from its central directory. */
export function filesOf(archive: Buffer): readonly string[] {
  const names: string[] = [];
  for (let at = archive.indexOf(ENTRY); at !== -1; at = archive.indexOf(ENTRY, at + HEADER_BYTES))
    names.push(archive.toString("utf8", at + HEADER_BYTES, at + HEADER_BYTES + archive.readUInt16LE(at + NAME_LENGTH_AT)));
  return names.sort();
}
