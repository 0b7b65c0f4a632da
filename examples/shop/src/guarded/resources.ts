import { defineResource, person } from '@holdfast/sdk'

/**
 * What the policies in holdfast/ speak of, built from rows that the shop read itself.
 * Left the attribute's name in the schema, right the column it comes from.
 */
export const Product = defineResource({ type: 'Product', id: 'id', attributes: { forSale: 'for_sale' } })

export const Order = defineResource({ type: 'Order', id: 'id', attributes: { buyer: person('person_id') } })

export const Wallet = defineResource({ type: 'Wallet', id: 'person_id', attributes: { owner: person('person_id') } })

export const Review = defineResource({
  type: 'Review',
  id: 'id',
  attributes: { author: person('author_id'), rating: 'rating' },
})

/** The fields of each group are names of profiles.ts, which knows the SQL behind each. */
export const Profile = defineResource({
  type: 'Profile',
  id: 'person_id',
  attributes: { owner: person('person_id') },
  fields: {
    viewName: ['displayName'],
    viewContact: ['email', 'phone', 'cardLast4'],
    viewMaskedContact: ['maskedEmail'],
  },
})

/** The shop as a whole, for what is not about one record. */
export const TheShop = defineResource({ type: 'Shop', id: 'id', attributes: {} })
