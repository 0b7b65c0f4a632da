/** Outer space removed, inner space single, composed (NFC): two spellings that look the same are the same. */
export function tidy(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/gu, ' ')
}

const local = String.raw`[^\s@<>()\[\]\\,;:"\p{C}]{1,64}`
const domain = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}.-]*[\p{L}\p{N}\p{M}])?`
const address = new RegExp(`^${local}@${domain}$`, 'u')

/**
 * The addr-spec of RFC 5322, section 3.4.1, without its quoted and bracketed forms, and with the letters of RFC 6531;
 * 254 characters at most (RFC 5321, section 4.5.3.1.3).
 */
export function isEmail(text: string): boolean {
  return text.length <= 254 && address.test(text) && !text.includes('..')
}

/** What is compared: letters that differ by case or by compatibility only (full width) are the same. */
export function emailKey(email: string): string {
  return tidy(email).normalize('NFKC').toLowerCase()
}
