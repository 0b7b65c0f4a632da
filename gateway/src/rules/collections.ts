import { createHash } from 'node:crypto'
import type { CollectionStore, StoredVariable } from '@holdfast/seclang'
import { LRUCache } from 'lru-cache'

/** Anybody can ask for one more: those that nobody asked for longest give way. */
const mostCollections = 20_000
const longestKey = 64

/** IP, SESSION and their kin, in the memory of this process. */
export class Collections implements CollectionStore {
  private readonly kept = new LRUCache<string, Map<string, StoredVariable>>({ max: mostCollections })

  open(collection: string, key: string): Map<string, StoredVariable> {
    const short = key.length <= longestKey ? key : createHash('sha256').update(key, 'latin1').digest('base64')
    const name = `${collection} ${short}`
    const found = this.kept.get(name)
    if (found !== undefined) return found
    const made = new Map<string, StoredVariable>()
    this.kept.set(name, made)
    return made
  }
}
