/** So deep lookups are nested, and so long is what one stands for: beyond, they are told as they are. */
const DEEPEST = 32
const LONGEST = 256

/**
 * Lookups of Log4j (StrSubstitutor), the inner ones resolved first: `${${lower:j}ndi:...}` and `${${::-j}ndi:...}` are
 * `jndi:...`. Tells whether one of them opens a name, or hides what it is. One pass.
 */
export function findLookup(text: string): { start: number; end: number; hidden: boolean } | undefined {
  const open: { start: number; content: string }[] = []
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) === 0x24 && text.charCodeAt(at + 1) === 0x7b && open.length < DEEPEST) {
      open.push({ start: at, content: '' })
      at++
      continue
    }
    const top = open.at(-1)
    if (top === undefined) {
      at = text.indexOf('${', at) - 1
      if (at < 0) return undefined
    } else if (text.charCodeAt(at) === 0x7d) {
      open.pop()
      if (isName(top.content)) return { start: top.start, end: at + 1, hidden: false }
      const outer = open.at(-1)
      if (outer !== undefined && /^(?:lower|upper):|:-/i.test(top.content) && outer.content.length < LONGEST) {
        outer.content += resolved(top.content)
        if (isName(outer.content)) return { start: outer.start, end: at + 1, hidden: true }
      }
    } else if (top.content.length < LONGEST) top.content += text.charAt(at)
  }
  const left = open.find(({ content }) => isName(content))
  return left === undefined ? undefined : { start: left.start, end: text.length, hidden: false }
}

function isName(content: string): boolean {
  return /^\s*j\s*n\s*d\s*i\s*:\s*[a-z$]/i.test(content)
}

function resolved(content: string): string {
  const given = content.indexOf(':-')
  if (given >= 0) return content.slice(given + 2)
  return content.slice(content.indexOf(':') + 1).toLowerCase()
}
