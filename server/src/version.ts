import { readFileSync } from 'node:fs'
import type { Product } from '@holdfast/events'

/** The version of this server, from its package. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** Who made an event, in OCSF's words. */
export const product: Product = { name: 'Holdfast', vendor_name: 'Holdfast', version }
