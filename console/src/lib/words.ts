/** "1 session", "3 sessions": a number with its noun. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`
}

/** Splits what someone typed into a list: by commas or line ends, without blanks and doubles. */
export function listOf(text: string): string[] {
  return [...new Set(text.split(/[,\n]/u).map((item) => item.trim()))].filter((item) => item !== '')
}

/** "Chrome 141 on Linux" out of a User-Agent header: the browser and system that most people would name, or the first product token. */
export function browserOf(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'unknown client'
  const browser = BROWSERS.map(([name, pattern]) => [name, pattern.exec(userAgent)?.[1]] as const).find(
    ([, version]) => version !== undefined,
  )
  if (browser === undefined) return userAgent.split(/[\s/]/u, 1)[0] ?? userAgent
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0]
  return `${browser[0]} ${browser[1] ?? ''}${system === undefined ? '' : ` on ${system}`}`
}

// Order matters: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux.
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ['Edge', /Edg\w*\/(\d+)/u],
  ['Opera', /OPR\/(\d+)/u],
  ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/u],
  ['Chrome', /(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/u],
  ['Safari', /Version\/(\d+).*Safari/u],
]
const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ['Android', /Android/u],
  ['iOS', /iPhone|iPad/u],
  ['Windows', /Windows/u],
  ['macOS', /Mac OS X|Macintosh/u],
  ['Linux', /Linux|X11/u],
]

/** A name as a slug: "Night shift (EU)" becomes "night-shift-eu". */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
}
