/** Checks of numbers that people carry; each gets what the rule's regex found. */

/** Luhn's sum (ISO/IEC 7812-1, annex B) over 12 to 19 digits. */
export function isCard(text: string): boolean {
  const digits = digitsOf(text)
  if (digits.length < 12 || digits.length > 19) return false
  let sum = 0
  for (const [at, digit] of digits.toReversed().entries()) {
    const counted = at % 2 === 0 ? digit : digit * 2
    sum += counted > 9 ? counted - 9 : counted
  }
  return sum % 10 === 0
}

/** US social security number: no area 000, 666 or 9xx, no group 00, no serial 0000, not one digit nine times, not counted up. */
export function isSsn(text: string): boolean {
  const digits = digitsOf(text)
  if (digits.length !== 9) return false
  const number = digits.join('')
  const [area, group, serial] = [number.slice(0, 3), number.slice(3, 5), number.slice(5)]
  if (area === '000' || area === '666' || area.startsWith('9') || group === '00' || serial === '0000') return false
  const steps = digits.slice(1).map((digit, at) => digit - (digits[at] ?? 0))
  return !steps.every((step) => step === 0) && !steps.every((step) => step === 1)
}

/** Brazil's CPF: two check digits modulo 11; not one digit eleven times. */
export function isCpf(text: string): boolean {
  const digits = digitsOf(text)
  if (digits.length !== 11 || new Set(digits).size === 1) return false
  const check = (length: number) => {
    const sum = digits.slice(0, length).reduce((total, digit, at) => total + digit * (length + 1 - at), 0)
    return ((sum * 10) % 11) % 10
  }
  return check(9) === digits[9] && check(10) === digits[10]
}

/** Austria's social security number: the fourth digit checks the others modulo 11. */
export function isSvnr(text: string): boolean {
  const digits = digitsOf(text)
  if (digits.length !== 10 || new Set(digits).size === 1) return false
  const weights = [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]
  const sum = digits.reduce((total, digit, at) => total + digit * (weights[at] ?? 0), 0)
  return sum % 11 === digits[3]
}

/** Chile's RUT: the last sign checks the others modulo 11, K is ten. */
export function isRut(text: string): boolean {
  const signs = text.toLowerCase().replaceAll(/[^0-9k]/g, '')
  const body = digitsOf(signs.slice(0, -1))
  if (body.length < 7 || signs.slice(0, -1).includes('k')) return false
  const sum = body.toReversed().reduce((total, digit, at) => total + digit * ((at % 6) + 2), 0)
  const check = (11 - (sum % 11)) % 11
  return signs.endsWith(check === 10 ? 'k' : String(check))
}

function digitsOf(text: string): number[] {
  return (text.match(/[0-9]/g) ?? []).map(Number)
}
