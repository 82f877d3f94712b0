// Packs the files of a function into a zip archive that is the same for the same files, so that unchanged code is not deployed again.

import { crc32, deflateRawSync } from "node:zlib";

type File = { readonly name: string; readonly content: Buffer };
type Entry = { readonly local: Buffer; readonly central: Buffer };

// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const DEFLATED = 8;
// The first day that the format knows, 1980-01-01.
const FIRST_DAY = 0x21;
const MADE_ON_UNIX = (3 << 8) | VERSION;
// A regular file that all may read: Lambda runs the code as another user than the one that unpacks it.
const MODE = 0o100644;

/** The archive of these files, in this order. */
export function zip(files: readonly File[]): Buffer {
  let offset = 0;
  const entries = files.map((file) => {
    const entry = packed(file, offset);
    offset += entry.local.length;
    return entry;
  });
  const central = Buffer.concat(entries.map((entry) => entry.central));
  return Buffer.concat([...entries.map(({ local }) => local), central, endOf(entries.length, central.length, offset)]);
}

function packed({ name, content }: File, offset: number): Entry {
  const compressed = deflateRawSync(content, { level: 9 });
  const path = Buffer.from(name);
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(VERSION, 0);
  facts.writeUInt16LE(DEFLATED, 4);
  facts.writeUInt16LE(FIRST_DAY, 8);
  facts.writeUInt32LE(crc32(content), 10);
  facts.writeUInt32LE(compressed.length, 14);
  facts.writeUInt32LE(content.length, 18);
  facts.writeUInt16LE(path.length, 22);
  const place = Buffer.alloc(14);
  place.writeUInt32LE(MODE * 0x10000, 6);
  place.writeUInt32LE(offset, 10);
  return {
    local: Buffer.concat([uint32(LOCAL), facts, path, compressed]),
    central: Buffer.concat([uint32(CENTRAL), uint16(MADE_ON_UNIX), facts, place, path]),
  };
}

function endOf(count: number, centralBytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(centralBytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
