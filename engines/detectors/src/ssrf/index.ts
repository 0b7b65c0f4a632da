import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import { wholeHit } from '../hit.ts'
import type { Bytes, Detector, Hit } from '../types.ts'
import { targetOf } from './target.ts'

/** Schemes by which a client of URLs speaks other protocols than the web's. curl, "Supported protocols"; java.net; PHP. */
const FOREIGN = /^(?:gopher|dict|tftp|netdoc|jar|rmi|iiop|expect|phar|php|local_file)$/

/** An address that carries commands: blanks and line ends are what they end in. */
const COMMANDED =
  /^\s{0,8}(?:gopher|dict):\/{1,4}[^\s/]{1,255}\/\S|^\s{0,8}(?:ldaps?|tftp|ftp|sftp):\/{2}[^\s/]{1,255}\/?\r?\n\S/i

/** Domains that tell their owner who has looked them up: tools prove with them that a server sends requests. */
const INTERACTION =
  /\.(?:burpcollaborator\.net|oastify\.com|oast\.(?:pro|live|site|online|fun|me)|interact\.sh|interactsh\.com|dnslog\.cn|ceye\.io|bxss\.me|r87\.me|dnsbin\.zhack\.ca|requestrepo\.com|canarytokens\.com|pingb\.in|xss\.ht|ezxss\.com|eyes\.sh|tu4\.org|log\.xn--9tr\.com)\b/gi
/** Of the name under such a domain; what stands before it is looked at only where one is found. */
const NAME = { least: 4, most: 63, character: /[\w-]/ }

/**
 * Addresses in any text that only an attack has: a cloud's metadata, a loopback or private address in disguise, a protocol that
 * no page links to, a domain that reports look-ups. Private addresses as such are talked about: see `address`.
 */
export const ssrf: Detector = {
  name: 'ssrf',
  concerns: (classes) =>
    (classes & CLASS.colon) !== 0 || (classes & (CLASS.dot | CLASS.letter)) === (CLASS.dot | CLASS.letter),
  detect,
}

function detect(value: Bytes, budget: Budget, classes: number): Hit | null {
  budget.take(value.length >> 3)
  if ((classes & (CLASS.colon | CLASS.slash)) !== 0 && !/\s/.test(value.trim())) {
    const target = targetOf(value.replace(/^[\w.[\]-]{1,40}=(?=[a-z]+:|\/\/)/i, ''))
    if (target !== undefined && target.scheme !== '' && /^[^\s]{1,40}:(?:[/\\]|[0-9[])/.test(value)) {
      if (target.range === 'metadata') return wholeHit(value, 'metadata', 'an address', 'the metadata of a cloud')
      if (target.range !== undefined && target.disguised && /^(?:https?|ftp|wss?)$/.test(target.scheme))
        return wholeHit(value, 'disguised', 'an address', `an address that hides that it is ${target.range}`)
      if (FOREIGN.test(target.scheme))
        return wholeHit(value, 'scheme', 'an address', 'a protocol that no page links to')
    }
  }
  if (COMMANDED.test(value)) return wholeHit(value, 'scheme', 'an address', 'a protocol that no page links to')
  return interaction(value)
}

function interaction(value: Bytes): Hit | null {
  for (const { 0: domain, index } of value.matchAll(INTERACTION)) {
    let start = index
    while (start > 0 && index - start < NAME.most && NAME.character.test(value.charAt(start - 1))) start--
    const [end, why] = [index + domain.length, 'a domain that reports who looks it up']
    if (index - start >= NAME.least) return { class: 'interaction', context: 'a name', start, end, why }
  }
  return null
}

/** For a field that the schema says is an address: whatever does not lead to the internet by the web's protocols. */
export const address: Detector = {
  name: 'ssrf',
  concerns: () => true,
  detect: (value, budget) => {
    budget.take(value.length >> 3)
    const target = targetOf(value)
    if (target === undefined) return null
    if (target.range !== undefined)
      return wholeHit(value, target.range, 'an address', `an address that is ${target.range}`)
    if (target.scheme !== '' && !/^(?:https?|wss?|mailto|tel)$/.test(target.scheme))
      return wholeHit(value, 'scheme', 'an address', "a protocol that is not the web's")
    return /^(?:https?|wss?)$/.test(target.scheme) && !target.host.includes('.') && !target.host.includes(':')
      ? wholeHit(value, 'name', 'an address', 'a name of one label, which only a local network has')
      : null
  },
}
