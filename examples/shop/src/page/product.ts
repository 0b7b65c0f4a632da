import { html } from 'hono/html'
import { act, hidden } from './forms.ts'
import { money, stars } from './format.ts'
import { availability } from './home.ts'
import { layout } from './layout.ts'
import type { Html, ProductView, ReviewView, Visit } from './types.ts'

/** @param buyFields what the purchase form carries along: the guarded shop a fresh idempotency key */
export function productPage(
  visit: Visit,
  product: ProductView,
  reviews: readonly ReviewView[],
  buyFields: Readonly<Record<string, string>>,
): Html {
  return layout(
    visit,
    product.name,
    html`<h1>${product.name}</h1>
<p>${product.description}</p>
<p class="price">${money(product.priceCents)} <span class="quiet">${availability(product.stock)}</span></p>
${visit.viewer === null ? html`<p><a href="${visit.signIn}">Sign in</a> to buy it or to write a review.</p>` : buy(visit, product, buyFields)}
<section>
<h2>Reviews</h2>
${reviews.length === 0 ? html`<p class="quiet">Nobody has written one yet.</p>` : html`<ul class="reviews">${reviews.map((review) => entry(visit, review))}</ul>`}
${visit.viewer === null ? '' : write(visit, product)}
</section>`,
  )
}

function buy(visit: Visit, product: ProductView, fields: Readonly<Record<string, string>>): Html {
  return html`<form class="buy" method="post" action="/orders">
${hidden({ ...visit.hidden, ...fields, product: product.id })}
<label for="quantity">Quantity</label>
<input id="quantity" name="quantity" type="number" min="1" max="20" value="1">
<button>Buy</button>
</form>`
}

function entry(visit: Visit, review: ReviewView): Html {
  return html`<li>
<p><span class="stars" title="${review.rating} of 5">${stars(review.rating)}</span> <span class="quiet">${review.author}</span></p>
<p>${review.text}</p>
${review.deletable ? act(visit, `/reviews/${review.id}/delete`, 'Delete') : ''}
</li>`
}

function write(visit: Visit, product: ProductView): Html {
  return html`<form class="write" method="post" action="/reviews">
${hidden({ ...visit.hidden, product: product.id })}
<label for="rating">Stars</label>
<select id="rating" name="rating"><option>5</option><option>4</option><option>3</option><option>2</option><option>1</option></select>
<label for="text">Your review</label>
<textarea id="text" name="text" rows="3" maxlength="2000" required></textarea>
<button>Publish</button>
</form>`
}
