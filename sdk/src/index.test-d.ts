import {
  createHoldfast,
  defineResource,
  ForbiddenError,
  type Holdfast,
  type HoldfastError,
  type Mask,
  person,
  type Principal,
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

  const rows: { id: string; author_id: string; rating: number }[] = await holdfast.filter(
    principal,
    'view',
    Review,
    async ({ sql, parameters }) => {
      const text: string = sql
      const values: readonly unknown[] = parameters
      return [{ id: text, author_id: String(values.length), rating: 1 }]
    },
  )
  // @ts-expect-error the rows lack what the resource is built from
  await holdfast.filter(principal, 'view', Review, async () => [{ id: '1' }])

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
  return { certain, nothing, yes, allowed, rows, picked, leaked }
}

export function explained(error: HoldfastError): string {
  return error instanceof ForbiddenError ? error.explanation.text : error.detail
}
