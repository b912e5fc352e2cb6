/** Joins small pieces into chunks worth sending; large ones pass through without a copy. */
export async function* joinChunks(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    if (length > 0 && length + piece.length > size) {
      yield Buffer.concat(waiting, length);
      waiting = [];
      length = 0;
    }
    if (piece.length >= size) {
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    } else if (piece.length > 0) {
      waiting.push(piece);
      length += piece.length;
    }
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}
