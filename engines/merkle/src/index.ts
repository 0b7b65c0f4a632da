export const HASH_BYTES = 32
