import { html } from 'hono/html'
import { money } from './format.ts'
import { layout } from './layout.ts'
import type { Html, ProductView, Visit } from './types.ts'

/** @param asked what was searched for: text is escaped; the naive shop passes markup, and that is its mistake */
export function homePage(
  visit: Visit,
  products: readonly ProductView[],
  query: string,
  asked: string | Html = query,
): Html {
  return layout(
    visit,
    'Goods',
    html`<h1>Goods</h1>
<form class="search" method="get" action="/">
<label for="query">Find</label>
<input id="query" name="query" type="search" value="${query}" maxlength="80">
<button>Search</button>
</form>
${query === '' ? '' : html`<p class="quiet">Found for “${asked}”:</p>`}
${
  products.length === 0
    ? html`<p class="quiet">Nothing is called that. <a href="/">Show everything</a></p>`
    : html`<ul class="goods">${products.map(card)}</ul>`
}`,
  )
}

function card(product: ProductView): Html {
  return html`<li>
<h2><a href="/p/${product.id}">${product.name}</a></h2>
<p>${product.description}</p>
<p class="price">${money(product.priceCents)} <span class="quiet">${availability(product.stock)}</span></p>
</li>`
}

export function availability(stock: number): string {
  if (stock <= 0) return 'sold out'
  return stock <= 3 ? `only ${stock} left` : 'in stock'
}
