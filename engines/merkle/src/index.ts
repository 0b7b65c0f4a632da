export { encodeEntries, MOST_ENTRY_BYTES, parseEntries } from './bundle.ts'
export { encodeEntry, ENTRY_BYTES, type Entry, parseEntry } from './entry.ts'
export { MerkleError, type MerkleErrorCode } from './error.ts'
export { emptyRoot, HASH_BYTES, leafHash, leafHashes, nodeHash } from './hash.ts'
export { parseTilePath, TILE_HEIGHT, TILE_WIDTH, type TileId, tilePath, tileWidth } from './tile.ts'
export { append, EMPTY_TREE, rootOf, type TileGrowth, type Tree } from './tree.ts'
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './note/checkpoint.ts'
export { createSigner, createVerifier, type Signer, type Verifier } from './note/key.ts'
export { type OpenedNote, openNote, signNote } from './note/note.ts'
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
