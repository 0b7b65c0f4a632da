import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import type { SigninDeps } from '../types.ts'
import { contrastOf, darkerShade, leastContrast } from './colour.ts'
import { logoPath, stylePath } from './current.ts'
import { brandingErrors } from './errors.ts'
import { imageOf } from './image.ts'
import { type BrandRow, findBrand, removeBrand, writeLogo, writeWords } from './store.ts'

type Deps = Pick<SigninDeps, 'random' | 'applications'>

export const mostLogoBytes = 128 * 1024
const mostPixels = 2048

/** As the API shows it. */
export interface BrandView {
  readonly application: string | null
  readonly name: string | null
  readonly accent: string | null
  readonly logo: { readonly href: string; readonly type: string } | null
  readonly stylesheet: string | null
  readonly updatedAt: string | null
}

export function shown(application: string | null, row: BrandRow | undefined): BrandView {
  return {
    application,
    name: row?.name ?? null,
    accent: row?.accent ?? null,
    logo: row === undefined || row.logoType === null ? null : { href: logoPath(row), type: row.logoType },
    stylesheet: row === undefined || row.accent === null ? null : stylePath(row),
    updatedAt: row?.updatedAt.toISOString() ?? null,
  }
}

interface Of {
  /** null: of all pages */
  readonly application: string | null
  readonly now: Date
}

/** Name and colour; the logo stays. @returns `accent_unreadable`, `branding_application_unknown` */
export async function changeBrand(
  tx: Tx,
  deps: Deps,
  of: Of,
  { name, accent: given }: { readonly name: string | null; readonly accent: string | null },
): Promise<Outcome<BrandView>> {
  const accent = given?.toLowerCase() ?? null
  if (accent !== null && contrastOf(accent) < leastContrast) {
    // Not rounded up to what would be enough.
    const ratio = (Math.floor(contrastOf(accent) * 10) / 10).toFixed(1)
    return refuse(brandingErrors.accent_unreadable, { accent, ratio, suggestion: darkerShade(accent) })
  }
  return change(tx, deps, of, (row) => writeWords(tx, row, { name, accent }))
}

/** @param bytes null takes the logo away. @returns `logo_invalid`, `branding_application_unknown` */
export async function changeLogo(tx: Tx, deps: Deps, of: Of, bytes: Uint8Array | null): Promise<Outcome<BrandView>> {
  if (bytes === null) return change(tx, deps, of, (row) => writeLogo(tx, row, null))
  const image = imageOf(bytes)
  if (image === null) return refuse(brandingErrors.logo_invalid, { problem: 'it is no PNG, JPEG or WebP' })
  const { width, height, type } = image
  if (Math.min(width, height) < 1 || Math.max(width, height) > mostPixels) {
    return refuse(brandingErrors.logo_invalid, { problem: `it is ${width} by ${height} pixels` })
  }
  return change(tx, deps, of, (row) => writeLogo(tx, row, { bytes: Buffer.from(bytes), type }))
}

async function change(
  tx: Tx,
  { random, applications }: Deps,
  { application, now }: Of,
  write: (row: { id: string; application: string | null; now: Date }) => Promise<void>,
): Promise<Outcome<BrandView>> {
  if (application !== null && (await applications.find(tx, application)) === null) {
    return refuse(brandingErrors.branding_application_unknown)
  }
  await write({ id: random.id(), application, now })
  const view = shown(application, await findBrand(tx, application))
  const { name, accent, logo } = view
  await tx.record({ kind: 'branding.changed', ...placeOf(application), data: { name, accent, logo: logo !== null } })
  return ok(view)
}

/** @returns how it looks then: as nothing was ever said */
export async function clearBrand(tx: Tx, deps: Deps, { application }: Of): Promise<Outcome<BrandView>> {
  if (application !== null && (await deps.applications.find(tx, application)) === null) {
    return refuse(brandingErrors.branding_application_unknown)
  }
  await removeBrand(tx, application)
  await tx.record({ kind: 'branding.removed', ...placeOf(application) })
  return ok(shown(application, undefined))
}

export function placeOf(application: string | null) {
  return application === null
    ? { resource: { type: 'Installation', id: 'installation' } }
    : { resource: { type: 'Application', id: application }, application }
}
