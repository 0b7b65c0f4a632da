import { type Judged, judgeShare, openShamir, type ShamirParameters } from './shamir.ts'
import type { Seal } from './seal.ts'
import type { Share } from './share-text.ts'

/** Shares on their way to the threshold. They wait in memory, and not for ever. */
export interface Gathering {
  /** how many different ones are there */
  readonly given: number
  /** @returns what is wrong with it, or that it counts now */
  give(id: string, parameters: ShamirParameters, text: string): Judged | { readonly is: 'repeated'; number: number }
  /** @returns the seal once there are enough */
  open(id: string, parameters: ShamirParameters): Promise<Seal | undefined>
  forget(): void
}

/** @param seconds after the last share, for which the ones before it are kept */
export function createGathering(seconds: number): Gathering {
  const shares = new Map<number, Share>()
  let timer: NodeJS.Timeout | undefined
  function forget(): void {
    clearTimeout(timer)
    for (const { bytes } of shares.values()) bytes.fill(0)
    shares.clear()
  }
  return {
    get given() {
      return shares.size
    },
    give(id, parameters, text) {
      const judged = judgeShare(id, parameters, text)
      if (judged.is !== 'fits') return judged
      const { number } = judged.share
      // Enough were there, and opening failed for another reason, such as the database: whoever repeats tries again.
      if (shares.has(number) && shares.size < parameters.threshold) return { is: 'repeated', number }
      shares.set(number, judged.share)
      clearTimeout(timer)
      timer = setTimeout(forget, seconds * 1000)
      timer.unref()
      return judged
    },
    open: async (id, parameters) =>
      shares.size < parameters.threshold ? undefined : openShamir(id, parameters, [...shares.values()]),
    forget,
  }
}
