/** What a server answers to a write when it is the primary no more. */
import { BSON } from 'mongodb';

const OP_MSG = 2013;
const HEADER_BYTES = 16;
const FLAG_BYTES = 4;

export const stepDowns = { NotWritablePrimary: 10107, PrimarySteppedDown: 189 } as const;

/** A reply to this OP_MSG request, in the form of the wire protocol. */
export function notPrimary(request: Buffer, codeName: keyof typeof stepDowns): Buffer {
  const document = BSON.serialize({
    ok: 0,
    code: stepDowns[codeName],
    codeName,
    errmsg: 'this is no longer the primary',
  });
  const head = Buffer.alloc(HEADER_BYTES + FLAG_BYTES + 1);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(1, 4);
  // The number of the request that is answered, then a section of kind 0: one document.
  head.writeInt32LE(request.readInt32LE(4), 8);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, document]);
}
