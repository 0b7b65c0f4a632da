const EURO = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

/** @param cents of a euro */
export function money(cents: number): string {
  return EURO.format(cents / 100)
}

/** `2026-03-01 14:05`, UTC: the same on every machine. */
export function day(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ')
}

export function stars(rating: number): string {
  const full = Math.min(5, Math.max(0, Math.round(rating)))
  return '★'.repeat(full) + '☆'.repeat(5 - full)
}
