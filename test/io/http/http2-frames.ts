// Makes the frames of HTTP/2, right and wrong ones: https://www.rfc-editor.org/rfc/rfc9113#section-4

export const types = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  reset: 0x3,
  settings: 0x4,
  promise: 0x5,
  ping: 0x6,
  goAway: 0x7,
  window: 0x8,
  continuation: 0x9,
} as const;
export const flags = { none: 0x0, endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8 } as const;

const PREFACE = 24;
const HEADER = 9;

export function frame(type: number, flag: number, stream: number, payload: Uint8Array = new Uint8Array(), length = payload.length): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUIntBE(length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flag, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

export function uint32(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * index);
  return bytes;
}

/** A header as a literal that no table keeps: https://www.rfc-editor.org/rfc/rfc7541#section-6.2.2 */
export function literal(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0x00]), text(name), text(value)]);
}

function text(string: string): Buffer {
  return Buffer.concat([integer(Buffer.byteLength(string)), Buffer.from(string)]);
}

// https://www.rfc-editor.org/rfc/rfc7541#section-5.1, with a prefix of seven bits
function integer(number: number): Buffer {
  if (number < 127) return Buffer.from([number]);
  const bytes = [127];
  for (let rest = number - 127; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

/** The stream of the first request in what a client has sent so far; undefined before there is one. */
export function requestedStream(sent: Buffer): number | undefined {
  for (let at = PREFACE; at + HEADER <= sent.length; at += HEADER + sent.readUIntBE(at, 3))
    if (sent[at + 3] === types.headers) return sent.readUInt32BE(at + 5);
  return undefined;
}
