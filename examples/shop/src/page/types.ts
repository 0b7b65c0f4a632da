import type { html } from 'hono/html'

export type Html = ReturnType<typeof html>

/** Who looks at a page, and where they sign in and out. */
export interface Visit {
  viewer: { name: string } | null
  /** The address of the sign-in page, with the way back in it. */
  signIn: string
  /** A form is posted there. */
  signOut: string
  /** Fields that every form carries along; the naive shop puts what it wrongly trusts here. */
  hidden: Readonly<Record<string, string>>
  warning: string | null
  footer: string
}

export interface ProductView {
  id: string
  name: string
  description: string
  priceCents: number
  stock: number
}

export interface ReviewView {
  id: string
  author: string
  rating: number
  /** Plain text is escaped; the naive shop passes markup, and that is its mistake. */
  text: string | Html
  /** Whether this very visitor may delete it: the button follows the permission, and the backend asks again. */
  deletable: boolean
}

export interface OrderView {
  id: string
  buyer: string
  product: string
  quantity: number
  totalCents: number
  placedAt: Date
}

export interface ProfileView {
  displayName: string
  email: string | null
  phone: string | null
  cardLast4: string | null
}
