/**
 * Remembers results for texts that come again and again, as kinds, names and browsers do in events. When the younger half
 * is full the older one is let go, so that it stays bounded and what is used stays.
 * @param most texts that are remembered
 */
export function createMemo<T>(most: number): (text: string, compute: (text: string) => T) => T {
  let young = new Map<string, T>()
  let old = new Map<string, T>()
  return (text, compute) => {
    const known = young.get(text)
    if (known !== undefined) return known
    const value = old.get(text) ?? compute(text)
    if (young.size >= most / 2) {
      old = young
      young = new Map()
    }
    young.set(text, value)
    return value
  }
}
