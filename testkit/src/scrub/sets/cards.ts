import type { Case } from './case.ts'

/** Card numbers of tests that are not ours; `honest` are numbers of a card's length that are none. */
export interface CardNumbers {
  readonly cards: readonly string[]
  readonly honest: readonly string[]
}

/** braintree/card-validator: rows of a number and what it is. */
export function cardValidatorNumbers(source: string): CardNumbers {
  const rows = [...source.matchAll(/\[\s*"([0-9 ]{12,23})",[^{]*\{([^}]*)\}/g)].map(([, number = '', is = '']) => ({
    number,
    valid: /isValid: true/.test(is),
  }))
  return {
    cards: rows.filter(({ valid }) => valid).map(({ number }) => number.replaceAll(' ', '')),
    honest: rows.filter(({ number, valid }) => !valid && /^[0-9]{13,19}$/.test(number)).map(({ number }) => number),
  }
}

/** presidio's tests: rows of a text, and how many card numbers are in it. */
export function presidioCases(source: string): Case[] {
  return [...source.matchAll(/\(\s*"([^"]{8,})",\s*([0-9]+),/g)].map(([, text = '', count]) => ({
    set: count === '0' ? 'presidio: no cards' : 'presidio: cards',
    unit: text,
    text,
    secrets: count === '0' ? [] : (text.match(/[0-9][0-9 -]{10,21}[0-9]/g) ?? []),
  }))
}

/** A number in the ways that people and programs write it. */
const WAYS: readonly ((number: string) => string)[] = [
  (number) => number,
  (number) => `charge failed for card ${number}, retry`,
  (number) => `charge failed: ${groups(number, ' ')} 12/29`,
  (number) => groups(number, '-'),
  (number) => groups(number, '.'),
  (number) => groups(number, '\u00a0'),
  (number) => `{"note":"${number}","amount":1200}`,
  (number) => `GET /pay?q=${encodeURIComponent(groups(number, ' '))}&x=1`,
  (number) => number.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  (number) => `paid by visa${number}ok`,
  (number) => Buffer.from(`number ${number} was used`).toString('base64'),
]

export function inAllWays(set: string, { cards, honest }: CardNumbers): Case[] {
  return [
    ...[...new Set(cards)].flatMap((number) =>
      WAYS.map((way) => ({ set, unit: number, text: way(number), secrets: secretsOf(number, way(number)) })),
    ),
    ...[...new Set(honest)].map((number) => ({ set: `${set}: no cards`, unit: number, text: number, secrets: [] })),
  ]
}

/** The first digits: the last four may stay. What is encoded is gone when the text is no longer the same. */
function secretsOf(number: string, text: string): string[] {
  const written = [
    number,
    groups(number, ' '),
    groups(number, '-'),
    groups(number, '.'),
    groups(number, '\u00a0'),
  ].find((each) => text.includes(each))
  return [written ?? text]
}

/** In fours; 15 and 14 digits as their schemes print them. */
function groups(number: string, separator: string): string {
  const sizes = number.length === 15 ? [4, 6, 5] : number.length === 14 ? [4, 6, 4] : [4, 4, 4, 4, 3]
  let at = 0
  return sizes
    .map((size) => number.slice(at, (at += size)))
    .filter((group) => group !== '')
    .join(separator)
}
