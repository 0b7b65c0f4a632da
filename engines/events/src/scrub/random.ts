/**
 * Pairs of letters that are common in names and words of English and of programs; chance gives one of them in about a
 * third of all pairs.
 */
const COMMON_PAIRS = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ' +
    'ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc ' +
    'et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ' +
    'ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd do ' +
    'uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ' +
    'ru ug ds lt pi rc rr eg au ck ew mu br bi pt ak pu ui rg ib tl ny ki rk ys ob mm fu ph og ms ye ud mb ip ' +
    'ub oi rl gu dr hr cc tw ft wn nu af hu nn eo vo rv nf xp gn sm fl iz ok nl my gl aw ju oa eq sy sl ps jo ' +
    'lf nv je nk kn gs dy hy ze ks xt bs ik dd pt rp sk xi oe oy ws lv dl rf eu dg wr xa yi nm eb py ix db js ' +
    'sr sw tm km ds kb gb mb tp gz ql cp'
  ).split(' '),
)

interface Composition {
  digits: number
  upper: number
  lower: number
  /** changes between a digit and a letter beside it */
  changes: number
  /** pairs of letters beside each other, those of a hump of camel case apart */
  pairs: number
  rare: number
}

function compose(text: string): Composition {
  const seen: Composition = { digits: 0, upper: 0, lower: 0, changes: 0, pairs: 0, rare: 0 }
  let before = 0 // 0 other, 1 digit, 2 upper, 3 lower
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    const now = code >= 48 && code <= 57 ? 1 : code >= 65 && code <= 90 ? 2 : code >= 97 && code <= 122 ? 3 : 0
    if (now === 1) seen.digits += 1
    else if (now === 2) seen.upper += 1
    else if (now === 3) seen.lower += 1
    if (now !== 0 && before !== 0) {
      if ((now === 1) !== (before === 1)) seen.changes += 1
      else if (now !== 1 && !(before === 3 && now === 2)) {
        seen.pairs += 1
        if (!COMMON_PAIRS.has(text.slice(at - 1, at + 1).toLowerCase())) seen.rare += 1
      }
    }
    before = now
  }
  return seen
}

/**
 * Whether a text looks drawn by lot: a key or token, and not words, a name of a program, a version, a number. It
 * judges by how digits and letters are mixed and by which letters stand beside each other; a text of less than
 * `least` characters never does.
 */
export function looksRandom(text: string, least = 10): boolean {
  if (text.length < least || text.length > 4096) return false
  const { digits, upper, lower, changes, pairs, rare } = compose(text)
  const letters = upper + lower
  if (letters + digits < text.length * 0.75) return false
  if (digits >= 2 && letters >= 2 && changes >= Math.max(3, text.length / 8)) return new Set(text).size >= 6
  if (pairs < 6) return false
  return rare / pairs > (digits > 0 || (upper > 0 && lower > 0) ? 0.4 : 0.5) && new Set(text).size >= 8
}

/**
 * Ids and digests that are written down everywhere and open nothing: UUID, ULID, hexadecimal of the length of a
 * digest, numbers, dates.
 */
export function isIdentifier(text: string): boolean {
  return (
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text) ||
    /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text) ||
    /^(?:[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{48}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i.test(
      text,
    ) ||
    /^[0-9.:TZ_+-]*$/.test(text)
  )
}
