export const KEY_BYTES = 32
