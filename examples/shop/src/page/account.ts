import { html } from 'hono/html'
import { day, money } from './format.ts'
import { layout } from './layout.ts'
import type { Html, OrderView, ProfileView, Visit } from './types.ts'

export interface AccountView {
  profile: ProfileView
  balanceCents: number
  orders: readonly OrderView[]
  /** Every order of the shop, for whoever may see them; null leaves the section out. */
  allOrders: readonly OrderView[] | null
}

export function accountPage(visit: Visit, view: AccountView): Html {
  const { profile } = view
  return layout(
    visit,
    'Account',
    html`<h1>${profile.displayName}</h1>
<dl>
<dt>Balance</dt><dd>${money(view.balanceCents)}</dd>
<dt>E-mail</dt><dd>${profile.email ?? 'not given'}</dd>
<dt>Phone</dt><dd>${profile.phone ?? 'not given'}</dd>
<dt>Card</dt><dd>${profile.cardLast4 === null ? 'none' : `ends in ${profile.cardLast4}`}</dd>
</dl>
<section><h2>Your orders</h2>${orders(view.orders, false)}</section>
${view.allOrders === null ? '' : html`<section><h2>All orders</h2>${orders(view.allOrders, true)}</section>`}`,
  )
}

function orders(list: readonly OrderView[], withBuyer: boolean): Html {
  if (list.length === 0) return html`<p class="quiet">None yet.</p>`
  return html`<table>
<thead><tr><th>When (UTC)</th>${withBuyer ? html`<th>Who</th>` : ''}<th>What</th><th class="number">Total</th></tr></thead>
<tbody>${list.map(
    (order) => html`<tr><td>${day(order.placedAt)}</td>${withBuyer ? html`<td>${order.buyer}</td>` : ''}
<td>${order.quantity} × ${order.product}</td><td class="number">${money(order.totalCents)}</td></tr>`,
  )}</tbody>
</table>`
}
