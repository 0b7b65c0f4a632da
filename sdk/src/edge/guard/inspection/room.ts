/** Bytes of all bodies that are being collected: many slow clients must not fill the memory. */
export class Room {
  private left: number

  constructor(bytes: number) {
    this.left = bytes
  }

  /** @returns false where there is none */
  take(bytes: number): boolean {
    if (bytes > this.left) return false
    this.left -= bytes
    return true
  }

  give(bytes: number): void {
    this.left += bytes
  }
}
