/** Words as a tree, with the links of Aho and Corasick (1975). Node 0 is the root. */
export type Trie = {
  readonly size: number
  /** Bytes that the words tell apart, numbered from 1; all others are 0. Both cases of a letter are one, where case means nothing. */
  readonly symbolOf: Uint16Array
  readonly symbols: number
  /** 0 for none */
  readonly firstChild: Int32Array
  readonly nextSibling: Int32Array
  /** by which symbol a node is reached */
  readonly symbol: Uint16Array
  /** the node of the longest proper suffix */
  readonly fail: Int32Array
  /** the node itself or its nearest suffix at which a word ends; 0 for none */
  readonly report: Int32Array
  /** the first of the words that end at a node; -1 for none */
  readonly word: Int32Array
  /** all nodes but the root, by depth */
  readonly byDepth: Int32Array
}

/** @param words of latin1 characters, empty ones are found nowhere */
export function createTrie(words: readonly string[], ignoreCase: boolean): Trie {
  const { symbolOf, symbols } = symbolsOf(words, ignoreCase)
  const most = words.reduce((total, word) => total + word.length, 1)
  const firstChild = new Int32Array(most)
  const nextSibling = new Int32Array(most)
  const symbol = new Uint16Array(most)
  const word = new Int32Array(most).fill(-1)
  let size = 1
  for (const [number, text] of words.entries()) {
    let node = 0
    for (let at = 0; at < text.length; at++) {
      const by = symbolOf[text.charCodeAt(at)] as number
      let child = firstChild[node] as number
      while (child !== 0 && symbol[child] !== by) child = nextSibling[child] as number
      if (child === 0) {
        child = size++
        symbol[child] = by
        nextSibling[child] = firstChild[node] as number
        firstChild[node] = child
      }
      node = child
    }
    if (node !== 0 && word[node] === -1) word[node] = number
  }
  return {
    size,
    symbolOf,
    symbols,
    firstChild: firstChild.slice(0, size),
    nextSibling: nextSibling.slice(0, size),
    symbol: symbol.slice(0, size),
    word: word.slice(0, size),
    ...linksOf(size, firstChild, nextSibling, symbol, word),
  }
}

function linksOf(
  size: number,
  firstChild: Int32Array,
  nextSibling: Int32Array,
  symbol: Uint16Array,
  word: Int32Array,
): Pick<Trie, 'fail' | 'report' | 'byDepth'> {
  const fail = new Int32Array(size)
  const report = new Int32Array(size)
  const queue = new Int32Array(size)
  let filled = 1
  for (let taken = 0; taken < filled; taken++) {
    const node = queue[taken] as number
    for (let child = firstChild[node] as number; child !== 0; child = nextSibling[child] as number) {
      fail[child] = node === 0 ? 0 : follow(fail[node] as number, symbol[child] as number)
      report[child] = (word[child] as number) >= 0 ? child : (report[fail[child] as number] as number)
      queue[filled++] = child
    }
  }
  return { fail, report, byDepth: queue.subarray(1) }

  function follow(from: number, by: number): number {
    for (let node = from; ; node = fail[node] as number) {
      let child = firstChild[node] as number
      while (child !== 0 && symbol[child] !== by) child = nextSibling[child] as number
      if (child !== 0 || node === 0) return child
    }
  }
}

function symbolsOf(words: readonly string[], ignoreCase: boolean): Pick<Trie, 'symbolOf' | 'symbols'> {
  const symbolOf = new Uint16Array(256)
  let symbols = 1
  for (const word of words) {
    for (let at = 0; at < word.length; at++) {
      const code = word.charCodeAt(at)
      if (code > 255) throw new RangeError('a phrase with a character that is not a byte (latin1)')
      if (symbolOf[code] !== 0) continue
      symbolOf[code] = symbols
      if (ignoreCase && isLetter(code)) symbolOf[code ^ 0x20] = symbols
      symbols++
    }
  }
  return { symbolOf, symbols }
}

/** ASCII: its two cases differ in one bit. */
function isLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}
