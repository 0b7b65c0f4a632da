import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const folder = new URL('../../../examples/shop/', import.meta.url)

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
  const policies = new URL('holdfast/policies/', folder)
  const files = readdirSync(policies).filter((file) => file.endsWith('.cedar'))
  return {
    ...Description.parse(JSON.parse(readFileSync(new URL('holdfast/application.json', folder), 'utf8'))),
    schema: readFileSync(new URL('holdfast/schema.cedarschema', folder), 'utf8'),
    policies: Object.fromEntries(
      files.map((file) => [basename(file, '.cedar'), readFileSync(new URL(file, policies), 'utf8')]),
    ),
  }
}

export function shopProgram(twin: 'guarded' | 'naive'): string {
  return fileURLToPath(new URL(`src/${twin}/main.ts`, folder))
}

export const gatewayProgram: string = fileURLToPath(new URL('../../../gateway/src/main.ts', import.meta.url))
