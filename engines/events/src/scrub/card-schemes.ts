/**
 * A range of the first digits (ISO/IEC 7812-1 issuer identification numbers), and the lengths that the scheme issues.
 */
interface Range {
  readonly from: number
  readonly to: number
  /** digits of `from` and `to` */
  readonly digits: number
  readonly lengths: readonly number[]
}

const LONG = [16, 17, 18, 19]
const ANY = [12, 13, 14, 15, 16, 17, 18, 19]

/** The schemes' own publications, as collected by ISO/IEC 7812 users; sorted by nothing: the first that fits counts. */
const RANGES: readonly Range[] = [
  range('4', '4', [13, 16, 19]), // Visa, and the national schemes that live in its range
  range('51', '55', [16]), // Mastercard
  range('222100', '272099', [16]), // Mastercard, 2-series (includes no other scheme's numbers of 16 digits)
  range('34', '34', [15]), // American Express
  range('37', '37', [15]),
  range('300', '305', [14, 16]), // Diners Club
  range('3095', '3095', [14, 16]),
  range('36', '36', [14, 15, 16, 17, 18, 19]),
  range('38', '39', [14, 16]),
  range('6011', '6011', LONG), // Discover
  range('644', '649', LONG),
  range('65', '65', LONG), // Discover, RuPay, Elo, Troy
  range('3528', '3589', LONG), // JCB
  range('308800', '309499', [16]), // JCB, taken over from Diners
  range('309600', '310299', [16]),
  range('311200', '312099', [16]),
  range('315800', '315999', [16]),
  range('333700', '334999', [16]),
  range('2131', '2131', [15]),
  range('1800', '1800', [15]),
  range('62', '62', [14, 15, ...LONG]), // UnionPay
  range('81', '81', LONG), // UnionPay, RuPay
  range('82', '82', [16]), // RuPay
  range('508', '508', [16]),
  range('353', '356', [16]),
  range('60', '60', [16]), // RuPay, Hipercard
  range('5018', '5018', ANY), // Maestro
  range('5020', '5020', ANY),
  range('5033', '5033', ANY),
  range('5038', '5038', ANY),
  range('5868', '5868', ANY),
  range('5893', '5893', ANY),
  range('6304', '6304', ANY),
  range('6331', '6333', [16, 18, 19]), // Solo, Switch
  range('67', '67', ANY),
  range('56', '58', [16, 17, 18, 19]),
  range('50', '50', [16, 17, 18, 19]), // Maestro, Elo, Verve, Dankort (5019)
  range('636', '639', LONG), // Elo, InterPayment, InstaPayment, Hipercard
  range('2200', '2205', LONG), // Mir, and PayPak (2205)
  range('9792', '9792', [16]), // Troy
  range('8600', '8600', [16]), // Uzcard
  range('9860', '9860', [16]), // Humo
  range('5610', '5610', [16]), // Bankcard
  range('1', '1', [15]), // UATP
]

function range(from: string, to: string, lengths: readonly number[]): Range {
  return { from: Number(from), to: Number(to), digits: from.length, lengths }
}

/**
 * How sure digits are a payment card number. weak: the length or the range is rare, and many other numbers have it
 * too.
 */
export type CardSign = 'no' | 'weak' | 'strong'

/** Judges digits by the issuer's range, its lengths, and the Luhn check digit (ISO/IEC 7812-1, annex B). */
export function judgeCard(digits: string): CardSign {
  const { length } = digits
  if (length < 12 || length > 19) return 'no'
  const six = Number(digits.slice(0, 6))
  for (const { from, to, digits: known, lengths } of RANGES) {
    const first = Math.floor(six / 10 ** (6 - known))
    if (first < from || first > to || !lengths.includes(length)) continue
    if (!luhn(digits)) return 'no'
    return isUsual(digits[0] ?? '', length) ? 'strong' : 'weak'
  }
  return 'no'
}

/**
 * Visa once had 13 digits, Diners Club 14, American Express 15; all schemes have 16, UnionPay, Discover and Maestro
 * also 19.
 */
function isUsual(first: string, length: number): boolean {
  if (first === '1') return false
  return (
    length === 16 ||
    (length === 19 && first === '6') ||
    (length === 13 && first === '4') ||
    (first === '3' && length < 16)
  )
}

function luhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48
    const weighted = index % 2 === 0 ? digit : digit * 2
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}
