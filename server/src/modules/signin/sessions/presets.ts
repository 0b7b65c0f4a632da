/**
 * How long a session lasts, unused and at all.
 *
 * | preset | unused | at all | from |
 * |---|---|---|---|
 * | standard | 12 h | 7 days | within NIST SP 800-63B-4, section 2.1.3 (AAL1: 30 days at all, no idle limit demanded) |
 * | strict | 1 h | 24 h | NIST SP 800-63B-4, section 2.2.3 (AAL2) |
 * | pci | 15 min | 12 h | PCI DSS 4.0.1, 8.2.8; NIST SP 800-63B-4, section 2.3.3 (AAL3) |
 */
const presets = {
  standard: { idleSeconds: 12 * 3600, absoluteSeconds: 7 * 86_400 },
  strict: { idleSeconds: 3600, absoluteSeconds: 86_400 },
  pci: { idleSeconds: 15 * 60, absoluteSeconds: 12 * 3600 },
} as const

export type PresetName = keyof typeof presets

export const presetNames = ['standard', 'strict', 'pci'] as const satisfies readonly PresetName[]

export interface Limits {
  readonly preset: PresetName
  readonly idleSeconds: number
  readonly absoluteSeconds: number
}

/** The limits of a preset, with what is said otherwise. */
export function limitsOf(
  preset: PresetName,
  said: { readonly idleMinutes?: number | undefined; readonly absoluteHours?: number | undefined } = {},
): Limits {
  const { idleSeconds, absoluteSeconds } = presets[preset]
  return {
    preset,
    idleSeconds: said.idleMinutes === undefined ? idleSeconds : said.idleMinutes * 60,
    absoluteSeconds: said.absoluteHours === undefined ? absoluteSeconds : said.absoluteHours * 3600,
  }
}

/** Of two that hold, the shorter time each; named after the one with the shorter idle limit. */
export function stricter(first: Limits, second: Limits): Limits {
  return {
    preset: second.idleSeconds < first.idleSeconds ? second.preset : first.preset,
    idleSeconds: Math.min(first.idleSeconds, second.idleSeconds),
    absoluteSeconds: Math.min(first.absoluteSeconds, second.absoluteSeconds),
  }
}
