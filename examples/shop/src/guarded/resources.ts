import { defineResource, person, sql, uuid } from '@holdfast/sdk'

/**
 * What the policies in holdfast/ speak of, built from rows that the shop read itself, and where PostgreSQL finds the same.
 * Left the attribute's name in the schema, right the column it comes from.
 */
export const Product = defineResource({ type: 'Product', id: 'id', attributes: { forSale: 'for_sale' } })

export const Order = defineResource({
  type: 'Order',
  table: 'orders',
  id: uuid('id'),
  attributes: { buyer: person(uuid('person_id')) },
})

export const Wallet = defineResource({ type: 'Wallet', id: 'person_id', attributes: { owner: person('person_id') } })

export const Review = defineResource({
  type: 'Review',
  id: 'id',
  attributes: { author: person('author_id'), rating: 'rating' },
})

/** Who sees which fields, and what each is in SQL. A masked e-mail is masked by the database: the whole one never leaves it. */
export const Profile = defineResource({
  type: 'Profile',
  table: 'profiles',
  id: uuid('person_id'),
  attributes: { owner: person(uuid('person_id')) },
  fields: {
    viewName: ['displayName'],
    viewContact: ['email', 'phone', 'cardLast4'],
    viewMaskedContact: ['maskedEmail'],
  },
  columns: {
    displayName: 'display_name',
    cardLast4: 'card_last4',
    maskedEmail: (column) => sql`left(${column('email')}, 1) || '***@' || split_part(${column('email')}, '@', 2)`,
  },
})

/** The shop as a whole, for what is not about one record. */
export const TheShop = defineResource({ type: 'Shop', id: 'id', attributes: {} })

/** What becomes SQL: their columns are compared with the schema when the shop starts. */
export const LISTED = [Order, Profile]
