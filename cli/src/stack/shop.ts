import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const guarded = import.meta.resolve('@holdfast/shop/guarded')
const description = new URL('../../holdfast/', guarded)

const Description = z.object({ id: z.string(), name: z.string(), publicPaths: z.array(z.string()) })

/** The example shop as it describes itself to Holdfast: `examples/shop/holdfast/`. */
export interface Shop {
  readonly id: string
  readonly name: string
  readonly publicPaths: readonly string[]
  /** Cedar. */
  readonly schema: string
  /** Name and Cedar text. */
  readonly policies: Readonly<Record<string, string>>
}

export function readShop(): Shop {
  const policies = new URL('policies/', description)
  const files = readdirSync(policies).filter((file) => file.endsWith('.cedar'))
  return {
    ...Description.parse(JSON.parse(readFileSync(new URL('application.json', description), 'utf8'))),
    schema: readFileSync(new URL('schema.cedarschema', description), 'utf8'),
    policies: Object.fromEntries(
      files.map((file) => [basename(file, '.cedar'), readFileSync(new URL(file, policies), 'utf8')]),
    ),
  }
}

/** The processes that the stack runs. */
export const programs = {
  guarded: fileURLToPath(guarded),
  naive: fileURLToPath(import.meta.resolve('@holdfast/shop/naive')),
  gateway: fileURLToPath(import.meta.resolve('@holdfast/gateway/main')),
}

export function shopProgram(twin: 'guarded' | 'naive'): string {
  return programs[twin]
}
