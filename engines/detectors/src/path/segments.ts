/** How often a path climbs, and where. */
export interface Climb {
  readonly ups: number
  readonly start: number
  readonly end: number
}

/**
 * The steps upwards of the path in a text that has most of them: `..` between separators of either kind, as it is, with a parameter (`..;`), with dots or blanks
 * behind it that Windows drops, or doubled so that one removal leaves it (`....//`). RFC 3986, 5.2.4; one pass.
 */
export function climbsOf(text: string): Climb {
  let ups = 0
  let triples = 0
  let best: Climb | undefined
  let start = -1
  let end = 0
  for (let at = text.indexOf('..'); at >= 0; at = text.indexOf('..', at)) {
    const from = at
    while (text.charCodeAt(at) === 0x2e) at++
    if (!opensStep(text, from)) continue
    let after = at
    if (text.charCodeAt(after) === 0x3b) after = endOfParameter(text, after)
    if (after - from > 8 || !(isSeparator(text.charCodeAt(after)) || after === text.length)) continue
    // Another path, behind a blank or a quote.
    if (end > 0 && /[\s"'<>]/.test(text.slice(end, from))) {
      if (best === undefined || ups > best.ups) best = { ups, start, end }
      ups = 0
      start = -1
    }
    // Three dots are a word, and two steps where there are more of them; two, or doubled ones, are a step.
    if (at - from === 3 && ++triples < 3) continue
    ups += at - from === 3 ? 2 : 1
    if (start < 0) start = from
    end = Math.min(after + 1, text.length)
  }
  return best !== undefined && best.ups >= ups ? best : { ups, start: Math.max(start, 0), end }
}

function opensStep(text: string, from: number): boolean {
  if (from === 0) return true
  const before = text.charCodeAt(from - 1)
  return (
    isSeparator(before) ||
    before === 0x3d ||
    before === 0x22 ||
    before === 0x27 ||
    before === 0x3a ||
    before === 0x20 ||
    before === 0
  )
}

/** A parameter of a segment: `..;name=value/`. RFC 3986, 3.3. */
function endOfParameter(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && at - from < 6 && !isSeparator(text.charCodeAt(at))) at++
  return at
}

function isSeparator(code: number): boolean {
  return code === 0x2f || code === 0x5c
}
