import { AsyncLocalStorage } from 'node:async_hooks'
import type { BrandRow } from './store.ts'

/** How a page looks. */
export interface Brand {
  readonly name: string
  /** path of the image */
  readonly logo: string | null
  /** path of the style sheet */
  readonly style: string | null
}

/** Those of one tenant. */
export type Brands = ReadonlyMap<string | null, BrandRow>

const unbranded: Brand = { name: 'Holdfast', logo: null, style: null }

/** Of whichever request is answered: every page has them, and none has to be told. */
const current = new AsyncLocalStorage<Brands>()

export function withBrands<T>(brands: Brands, run: () => T): T {
  return current.run(brands, run)
}

/** The brand of a page that leads to an application: what that says, else what is said for all. */
export function brandOf(application: string | undefined): Brand {
  const brands = current.getStore()
  if (brands === undefined || brands.size === 0) return unbranded
  const rows = [application === undefined ? undefined : brands.get(application), brands.get(null)]
  const first = <T>(take: (row: BrandRow) => T | null) =>
    rows.map((row) => row && take(row)).find((found) => found != null)
  return {
    name: first(({ name }) => name) ?? unbranded.name,
    logo: first((row) => row.logoType && logoPath(row)) ?? null,
    style: first((row) => row.accent && stylePath(row)) ?? null,
  }
}

type Placed = Pick<BrandRow, 'id' | 'version'>

export function logoPath({ id, version }: Placed): string {
  return `/sign-in/brand/${id}/logo?v=${version}`
}

export function stylePath({ id, version }: Placed): string {
  return `/sign-in/brand/${id}/style.css?v=${version}`
}
