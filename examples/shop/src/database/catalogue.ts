/** The goods that both shops begin with; prices in cents of a euro. */
export const CATALOGUE = [
  { id: 'desk-lamp', name: 'Desk lamp', price: 4900, stock: 40, description: 'Brushed steel, one joint, warm light.' },
  { id: 'kettle', name: 'Kettle', price: 3500, stock: 25, description: 'Pours slowly, whistles politely.' },
  { id: 'notebook', name: 'Notebook', price: 900, stock: 200, description: 'Dotted paper, lies flat, 192 pages.' },
  { id: 'headphones', name: 'Headphones', price: 12900, stock: 12, description: 'Closed, quiet, repairable.' },
  { id: 'armchair', name: 'Armchair', price: 64900, stock: 3, description: 'Oak and wool. Delivered by two people.' },
  { id: 'first-edition', name: 'First edition', price: 8000, stock: 1, description: 'The only copy that we have.' },
] as const

/** Two reviews by people of the seed, in the order of the people given. */
export const REVIEWS = [
  { product: 'kettle', rating: 5, text: 'Three years of tea and still going.' },
  { product: 'desk-lamp', rating: 4, text: 'Good light. The cable could be longer.' },
  { product: 'notebook', rating: 5, text: 'Lies flat, as promised.' },
] as const

export const OPENING_BALANCE = 10_000
