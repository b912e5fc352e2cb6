/** Many archives are no larger than this; memory for a whole chunk comes when it is needed. */
const firstRoom = 4 * 1024;

/** Memory with room for so many bytes, `most` at the most; what it holds already comes along. */
export function withRoom(held: Buffer | undefined, bytes: number, most: number): Buffer {
  if (held !== undefined && held.length >= bytes) return held;
  const room = Buffer.allocUnsafe(
    Math.min(most, Math.max(bytes, 4 * (held?.length ?? 0), firstRoom)),
  );
  held?.copy(room);
  return room;
}

/**
 * Joins small pieces into chunks worth sending; large ones pass through without a copy. A small
 * piece is copied when it comes, so its memory may be used again.
 */
export async function* joinChunks(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  let room: Buffer | undefined;
  let length = 0;
  for await (const piece of pieces) {
    if (room !== undefined && length + piece.length > size) {
      yield room.subarray(0, length);
      [room, length] = [undefined, 0];
    }
    if (piece.length >= size) {
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    } else if (piece.length > 0) {
      room = withRoom(room, length + piece.length, size);
      room.set(piece, length);
      length += piece.length;
    }
  }
  if (room !== undefined) yield room.subarray(0, length);
}
