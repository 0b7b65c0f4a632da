import { lower } from './bytes.ts'

/** Blanks of C's isspace, and the no-break space of Latin-1. */
export function removeWhitespace(text: string): string {
  return text.replaceAll(/[\t-\r \xa0]+/g, '')
}

export function compressWhitespace(text: string): string {
  return text.replaceAll(/[\t-\r \xa0]+/g, ' ')
}

export function trimLeft(text: string): string {
  return text.replace(/^[\t-\r ]+/, '')
}

export function trimRight(text: string): string {
  let end = text.length
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(0, end)
}

export function trim(text: string): string {
  return trimRight(trimLeft(text))
}

export function removeNulls(text: string): string {
  return text.replaceAll('\0', '')
}

export function replaceNulls(text: string): string {
  return text.replaceAll('\0', ' ')
}

/**
 * What two shells would take for the same: without `\ " ' ^`, `,` and `;` as blanks, one blank for several, none before `/` and
 * `(`, lower case.
 */
export function cmdLine(text: string): string {
  return lower(
    text
      .replaceAll(/[\\"'^]+/g, '')
      .replaceAll(/[\t-\r ,;]+/g, ' ')
      .replaceAll(/ ([/(])/g, '$1'),
  )
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}
