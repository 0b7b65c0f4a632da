import {
  createHoldfast,
  defineResource,
  ForbiddenError,
  type Holdfast,
  type HoldfastError,
  type Mask,
  type MaskedColumns,
  person,
  type Principal,
  type Sql,
  sql,
} from './index.ts'

declare const holdfast: Holdfast
declare const request: Request

export async function face() {
  const principal: Principal = await holdfast.authenticate(request)
  const maybe: Principal | null = await holdfast.authenticate(request, { optional: true })
  // @ts-expect-error somebody may be missing
  const certain: Principal = await holdfast.authenticate(request, { optional: true })

  const Review = defineResource({
    type: 'Review',
    id: 'id',
    attributes: { author: person('author_id'), rating: 'rating' },
    fields: { viewContact: ['email'], viewName: ['name'] },
  })
  const row = { id: '1', author_id: 'p', rating: 5, text: 'x' }
  Review.of(row)
  Review.of({ id: '1', author_id: 'p', rating: 5, text: 'a literal may have more' })
  // @ts-expect-error a column that the definition reads is missing
  Review.of({ id: '1', rating: 5 })

  holdfast.require(maybe, 'deleteReview', Review.of(row), { quantity: 1 })
  // @ts-expect-error the action is needed
  holdfast.require(principal)
  // @ts-expect-error a row is no resource
  holdfast.require(principal, 'deleteReview', row)

  // `require` is synchronous: a forgotten await lets nothing through.
  const nothing: void = holdfast.require(principal, 'deleteReview', Review.of(row))
  // @ts-expect-error a decision is no boolean: `if (holdfast.can(...))` would always be true
  const yes: boolean = holdfast.can(principal, 'deleteReview', Review.of(row))
  const allowed: boolean = holdfast.can(principal, 'deleteReview', Review.of(row)).allowed

  const allowedRows: Sql = holdfast.filter(principal, 'view', Review, { alias: 'r', context: { at: 'x' } })
  const { text, values } = sql`SELECT * FROM reviews r WHERE ${allowedRows} LIMIT ${20}`
  const statement: readonly [string, readonly unknown[]] = [text, values]
  // @ts-expect-error a condition is no text: `WHERE ${condition.text}` by hand would lose its values
  const wrong: string = allowedRows
  // @ts-expect-error the tag is no function of text
  sql('SELECT 1')
  const kept = holdfast.keepAllowed(principal, 'view', Review, [row])
  // @ts-expect-error the rows lack what the resource is built from
  holdfast.keepAllowed(principal, 'view', Review, [{ id: '1' }])
  // @ts-expect-error an id is text, a uuid or a bigint
  defineResource({ type: 'Review', id: { column: 'id', as: 'float' } })

  const columns: MaskedColumns<'email' | 'name'> = holdfast.columns(principal, Review, { alias: 'r' })
  const shown: { id: string; email?: string } = columns.pick({ id: '1', email: 'a', mask: ['email'] })
  // @ts-expect-error what may be hidden may be missing
  const certainly: string = columns.pick({ id: '1', email: 'a', mask: ['email'] }).email

  const mask: Mask<'email' | 'name'> = holdfast.mask(principal, Review, row)
  mask.has('email')
  // @ts-expect-error no action shows this field
  mask.has('password')
  const picked: { email?: string } = mask.pick({ email: 'a', password: 'b' })
  // @ts-expect-error what is not in the mask is not in the pick
  const leaked: string = mask.pick({ email: 'a', password: 'b' }).password

  // @ts-expect-error no such outcome
  holdfast.record({ kind: 'a.b', outcome: 'maybe' })
  // @ts-expect-error no such way
  await createHoldfast({ accept: ['password'] })
  // @ts-expect-error a principal is frozen
  principal.id = 'admin'
  return { certain, nothing, yes, allowed, statement, wrong, kept, shown, certainly, picked, leaked }
}

export function explained(error: HoldfastError): string {
  return error instanceof ForbiddenError ? error.explanation.text : error.detail
}
