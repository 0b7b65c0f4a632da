import type { Holdfast, Principal } from '@holdfast/sdk'
import { z } from 'zod'
import type { Database } from '../database/connection.ts'
import { text, whole } from './body.ts'
import { notFound } from './problem.ts'
import { Product, Review } from './resources.ts'

export const NewReview = z.strictObject({
  product: text().min(1).max(40),
  rating: whole(1, 5),
  text: text().trim().min(1).max(2000),
})

export interface ReviewRow extends Record<string, unknown> {
  id: string
  author_id: string
  author: string
  rating: number
  text: string
  written_at: Date
}

interface Guarded {
  database: Database
  holdfast: Holdfast
}

/** The newest hundred reviews of a product. The text is text: whoever prints it into a page escapes it there. */
export async function reviewsOf(database: Database, product: string): Promise<ReviewRow[]> {
  const { rows } = await database.query<ReviewRow>(
    `SELECT r.id, r.author_id, p.display_name AS author, r.rating, r.text, r.written_at
     FROM reviews r JOIN profiles p ON p.person_id = r.author_id
     WHERE r.product_id = $1 ORDER BY r.written_at DESC, r.id LIMIT 100`,
    [product],
  )
  return rows
}

/** @throws ForbiddenError by policy; ShopError 404 */
export async function writeReview(
  { database, holdfast }: Guarded,
  principal: Principal,
  review: z.infer<typeof NewReview>,
): Promise<{ id: string }> {
  const products = await database.query<{ id: string; for_sale: boolean }>(
    'SELECT id, for_sale FROM products WHERE id = $1',
    [review.product],
  )
  const product = products.rows[0]
  if (product === undefined) throw notFound('product')
  holdfast.require(principal, 'writeReview', Product.of(product))
  const { rows } = await database.query<{ id: string }>(
    'INSERT INTO reviews (product_id, author_id, rating, text) VALUES ($1, $2, $3, $4) RETURNING id',
    [review.product, principal.id, review.rating, review.text],
  )
  const written = rows[0]
  if (written === undefined) throw new Error('INSERT returned no row')
  return written
}

/** Deletes this very review if this very principal may. @throws ForbiddenError by policy; ShopError 404 */
export async function deleteReview(
  { database, holdfast }: Guarded,
  principal: Principal,
  id: string,
): Promise<{ product: string }> {
  const product = await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: string; author_id: string; rating: number; product_id: string }>(
      'SELECT id, author_id, rating, product_id FROM reviews WHERE id = $1 FOR UPDATE',
      [id],
    )
    const review = rows[0]
    if (review === undefined) throw notFound('review')
    holdfast.require(principal, 'deleteReview', Review.of(review))
    await tx.query('DELETE FROM reviews WHERE id = $1', [id])
    return review.product_id
  })
  holdfast.record({ kind: 'review.deleted', outcome: 'success', principal, resource: { type: 'Review', id } })
  return { product }
}
