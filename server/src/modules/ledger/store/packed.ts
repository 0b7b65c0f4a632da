/** Values one after the other: the driver sends one parameter as it is, and would write an array of them in hexadecimal digits. */
export interface Packed {
  readonly bytes: Buffer
  /** from 1 on, as `substring` counts */
  readonly starts: readonly number[]
  readonly lengths: readonly number[]
}

export function packed(values: readonly Uint8Array[]): Packed {
  const starts: number[] = []
  const lengths: number[] = []
  let at = 1
  for (const value of values) {
    starts.push(at)
    lengths.push(value.length)
    at += value.length
  }
  return { bytes: Buffer.concat(values), starts, lengths }
}
