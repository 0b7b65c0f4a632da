/** "1 session", "3 sessions": a number with its noun. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`
}

/** Splits what someone typed into a list: by commas or line ends, without blanks and doubles. */
export function listOf(text: string): string[] {
  return [...new Set(text.split(/[,\n]/u).map((item) => item.trim()))].filter((item) => item !== '')
}

/** A device by the name that its person gave it, else as the server reads its User-Agent header. */
export function deviceOf({
  device,
}: {
  readonly device: { readonly name: string | null; readonly label: string }
}): string {
  return device.name ?? device.label
}

/** A name as a slug: "Night shift (EU)" becomes "night-shift-eu". */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
}
