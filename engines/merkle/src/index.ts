export { encodeEntries, MOST_ENTRY_BYTES, parseEntries } from './bundle.ts'
export { encodeEntry, ENTRY_BYTES, type Entry, parseEntry } from './entry.ts'
export { MerkleError, type MerkleErrorCode } from './error.ts'
export { emptyRoot, HASH_BYTES, leafHash, leafHashes, leafHashesOf, nodeHash } from './hash.ts'
export { parseTilePath, TILE_HEIGHT, TILE_WIDTH, type TileId, tilePath, tileWidth } from './tile.ts'
export { append, EMPTY_TREE, rootOf, type TileGrowth, type Tree } from './tree.ts'
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './note/checkpoint.ts'
export { createSigner, createVerifier, type Signer, type Verifier } from './note/key.ts'
export { type OpenedNote, openNote, signNote, splitNotes } from './note/note.ts'
export {
  type ConsistencyClaim,
  type SubtreeConsistencyClaim,
  verifyConsistency,
  verifySubtreeConsistency,
} from './proof/consistency.ts'
export {
  type InclusionClaim,
  type SubtreeInclusionClaim,
  verifyInclusion,
  verifySubtreeInclusion,
} from './proof/inclusion.ts'
export type { Range } from './proof/ranges.ts'
export {
  consistencyProof,
  inclusionProof,
  subtreeConsistencyProof,
  subtreeInclusionProof,
  tilesForConsistency,
  tilesForInclusion,
  tilesForTree,
  type TileReader,
  treeAt,
} from './proof/read.ts'
export type { Size } from './proof/subtree.ts'
export type { ProvenEvent } from './pack/event.ts'
export { type EventOpening, PACK_FORMAT, type PackedEvent, type PackHeader } from './pack/lines.ts'
export type { VerifyOptions } from './pack/open.ts'
export { type PackRange, type PackStep, planPack } from './pack/plan.ts'
export type { PackFailure, PackFailureCode, PackProof, PackResult } from './pack/result.ts'
export { type EventProof, formatEventProof, verifyEventProof } from './pack/single.ts'
export { createPackVerifier, type PackVerifier, verifyPack } from './pack/verify.ts'
export { type PackSource, writePack } from './pack/write.ts'
export { formatProof, isProof, type LogProof, parseProof } from './proof-text.ts'
export { createTileCheck, edgeTiles, tileAbove, type TileCheck } from './tile-check.ts'
export {
  type LogFailure,
  type LogCheck,
  type LogOptions,
  type LogResult,
  type LogSource,
  verifyLog,
} from './log-check.ts'
