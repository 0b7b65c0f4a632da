type Rgb = readonly [number, number, number]

/** Surfaces that text of the accent lies on, as in signin.css: the darker of the light ones, the lighter of the dark ones. */
const light: Rgb = [0xf4, 0xf5, 0xf6]
const dark: Rgb = [0x26, 0x28, 0x2c]
const white: Rgb = [255, 255, 255]
const black: Rgb = [0, 0, 0]

/** WCAG 2.2, 1.4.3: of text. */
export const leastContrast = 4.5

/** @param colour `#rrggbb` */
function rgb(colour: string): Rgb {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return [red, green, blue]
}

function hex(colour: Rgb): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}

/** WCAG 2.2, relative luminance: 0 to 1. */
function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function ratio(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

function mix(colour: Rgb, other: Rgb, share: number): Rgb {
  const [red, green, blue] = colour
  return [red + (other[0] - red) * share, green + (other[1] - green) * share, blue + (other[2] - blue) * share]
}

/** The first of a hundred shades towards another colour that can be read on the surface; rounded, as it will be shown. */
function readable(colour: Rgb, towards: Rgb, surface: Rgb): Rgb {
  for (let step = 0; step < 100; step++) {
    const shade = rgb(hex(mix(colour, towards, step / 100)))
    if (ratio(shade, surface) >= leastContrast) return shade
  }
  return towards
}

/** @returns the contrast on the pages' light surface */
export function contrastOf(accent: string): number {
  return ratio(rgb(accent), light)
}

/** @returns the nearest darker shade that can be read */
export function darkerShade(accent: string): string {
  return hex(readable(rgb(accent), black, light))
}

/**
 * The pages' colours of an accent, for light and dark: in the dark it is lightened until it can be read there.
 * @param accent `#rrggbb`, readable on the light surface
 */
export function styleSheet(accent: string): string {
  const own = rgb(accent)
  const lighter = readable(own, white, dark)
  const pairs = {
    '--accent': [own, lighter],
    '--accent-strong': [mix(own, black, 0.2), mix(lighter, white, 0.3)],
    '--on-accent': [white, mix(own, black, 0.9)],
  } as const
  const lines = Object.entries(pairs).map(
    ([name, [day, night]]) => `  ${name}: light-dark(${hex(day)}, ${hex(night)});`,
  )
  return `:root {\n${lines.join('\n')}\n}\n`
}
