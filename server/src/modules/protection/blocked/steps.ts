import type { Told } from './request.ts'

/** One step from what came to what a detector saw. */
export interface Step {
  readonly step: 'arrived' | 'decoded' | 'found'
  readonly by: string
  /** Null where it was not kept. */
  readonly text: string | null
  readonly says: string
}

const says: Readonly<Record<string, string>> = {
  percent: 'percent signs and two digits are one byte each',
  plus: 'a plus is a blank, as in a form',
  entities: 'references of HTML are the characters that they name',
  escapes: 'escapes of a string literal are the characters that they name',
  wide: 'fullwidth letters and look-alikes are read as plain ones',
  overlong: 'bytes in a longer form of UTF-8 than needed are what they stand for',
  base64: 'base64 is the bytes that it encodes',
}

/** What arrived, what a backend may make of it, and what was found in that. */
export function stepsOf({ arrived, decoding, by, why, evidence, context, place, name }: Told): readonly Step[] {
  const where = name === '' ? place : `${place} ${name}`
  return [
    { step: 'arrived', by: place, text: arrived === '' ? null : arrived, says: `in ${where}` },
    ...decoding.map((each): Step => ({ step: 'decoded', by: each, text: null, says: says[each] ?? each })),
    {
      step: 'found',
      by,
      text: evidence === '' ? null : evidence,
      says: context === '' ? why : `${why} (read as: ${context})`,
    },
  ]
}
