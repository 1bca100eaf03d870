/**
 * @file Event files of TensorBoard: records of TFRecord - length, checksum, contents, checksum -, each one message `Event` of protocol buffers. Of that message
 * there is what a number at a step needs: wall_time = 1, step = 2, file_version = 3, summary = 5 { value = 1 { tag = 1, simple_value = 2 } }.
 */

/** A number at a step. */
export interface ScalarEvent {
  /** Since 1970. */
  readonly seconds: number;
  readonly step: number;
  readonly tag: string;
  readonly value: number;
}

/** What every event file begins with. */
export function beginningOfEvents(seconds: number): Uint8Array {
  return recordOf(Buffer.concat([double(1, seconds), text(3, 'brain.Event:2')]));
}

export function eventOf({ seconds, step, tag, value }: ScalarEvent): Uint8Array {
  const summary = message(1, Buffer.concat([text(1, tag), float(2, value)]));
  return recordOf(Buffer.concat([double(1, seconds), whole(2, step), message(5, summary)]));
}

function recordOf(contents: Buffer): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(contents.length));
  return Buffer.concat([length, checksum(length), contents, checksum(contents)]);
}

/** Field number and wire type: 0 a number of varying length, 1 of 64 bits, 2 bytes with their length, 5 of 32 bits. */
function tagged(field: number, wire: number, contents: Uint8Array): Buffer {
  return Buffer.concat([varying(8 * field + wire), contents]);
}

function varying(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
  return Buffer.from([...bytes, rest]);
}

function whole(field: number, value: number): Buffer {
  return tagged(field, 0, varying(value));
}

function double(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return tagged(field, 1, bytes);
}

function float(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return tagged(field, 5, bytes);
}

function message(field: number, contents: Uint8Array): Buffer {
  return tagged(field, 2, Buffer.concat([varying(contents.length), contents]));
}

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value));
}

/** CRC-32C (Castagnoli), reflected, masked as TFRecord has it: rotated right by 15 bits, plus 0xa282ead8. */
function checksum(bytes: Uint8Array): Buffer {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  const value = ~crc >>> 0;
  const masked = Buffer.alloc(4);
  masked.writeUInt32LE((((value >>> 15) | (value << 17)) + 0xa282ead8) >>> 0);
  return masked;
}
