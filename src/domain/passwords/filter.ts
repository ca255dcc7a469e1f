/**
 * A set of words that takes 20 bits for each and holds another word by chance once in 262,144: the distances of their sorted hashes,
 * in Golomb-Rice code. In front: how many hashes there are, and of how many words.
 */
import { createHash } from 'node:crypto';

const REMAINDER_BITS = 18;
const HEADER_BYTES = 8;

function hashOf(word: string, count: number): number {
  return createHash('sha256').update(word).digest().readUIntBE(0, 6) % (count * 2 ** REMAINDER_BITS);
}

export function writeFilter(words: Iterable<string>): Buffer {
  const distinct = [...new Set(words)];
  const hashes = [...new Set(distinct.map((word) => hashOf(word, distinct.length)))].sort((one, other) => one - other);
  const bits = hashes.flatMap((hash, index) => {
    const distance = hash - (hashes[index - 1] ?? 0);
    const ones = Array.from({ length: Math.floor(distance / 2 ** REMAINDER_BITS) }, () => 1);
    return [...ones, 0, ...Array.from({ length: REMAINDER_BITS }, (_, bit) => (distance >> bit) & 1)];
  });
  const filter = Buffer.alloc(HEADER_BYTES + Math.ceil(bits.length / 8));
  filter.writeUInt32LE(hashes.length, 0);
  filter.writeUInt32LE(distinct.length, 4);
  for (const [at, bit] of bits.entries()) {
    const byte = HEADER_BYTES + (at >> 3);
    filter.writeUInt8(filter.readUInt8(byte) | (bit << (at & 7)), byte);
  }
  return filter;
}

/** Returns whether a word is in it. */
export function readFilter(filter: Buffer): (word: string) => boolean {
  const [left, count] = [filter.readUInt32LE(0), filter.readUInt32LE(4)];
  let at = HEADER_BYTES * 8;
  const nextBit = (): number => {
    const bit = (filter.readUInt8(at >> 3) >> (at & 7)) & 1;
    at += 1;
    return bit;
  };
  // Sorted as they are: a set of them would take many times the memory.
  const hashes = new Float64Array(left);
  let hash = 0;
  for (let index = 0; index < left; index += 1) {
    while (nextBit() === 1) hash += 2 ** REMAINDER_BITS;
    for (let bit = 0; bit < REMAINDER_BITS; bit += 1) hash += nextBit() * 2 ** bit;
    hashes[index] = hash;
  }
  return (word) => isAmong(hashes, hashOf(word, count));
}

function isAmong(sorted: Float64Array, wanted: number): boolean {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? Infinity) < wanted) from = middle + 1;
    else to = middle;
  }
  return sorted[from] === wanted;
}
