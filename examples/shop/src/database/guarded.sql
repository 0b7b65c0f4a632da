-- The guarded shop. Every rule that the application keeps stands here a second time, as a constraint:
-- a mistake in the code then fails, and does not sell what is not there.
CREATE TABLE IF NOT EXISTS seeds (
  name text PRIMARY KEY,
  sown_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS products (
  id text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,40}$'),
  name text NOT NULL,
  description text NOT NULL,
  price_cents integer NOT NULL CHECK (price_cents > 0),
  stock integer NOT NULL CHECK (stock >= 0),
  for_sale boolean NOT NULL DEFAULT true
);

-- A person is known by the id that Holdfast gave them. No password lives here, and of a card only the last four
-- digits: the payment provider keeps the rest.
CREATE TABLE IF NOT EXISTS profiles (
  person_id uuid PRIMARY KEY,
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 80),
  email text,
  phone text,
  card_last4 text CHECK (card_last4 ~ '^[0-9]{4}$')
);

CREATE TABLE IF NOT EXISTS wallets (
  person_id uuid PRIMARY KEY REFERENCES profiles,
  balance_cents integer NOT NULL CHECK (balance_cents >= 0)
);

CREATE TABLE IF NOT EXISTS orders (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  person_id uuid NOT NULL REFERENCES profiles,
  product_id text NOT NULL REFERENCES products,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price_cents integer NOT NULL CHECK (unit_price_cents > 0),
  total_cents integer NOT NULL CHECK (total_cents = quantity * unit_price_cents),
  placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS orders_by_person ON orders (person_id, placed_at DESC);

-- One row per purchase that a client named by a key of its own; `body` is the SHA-256 of what was asked.
CREATE TABLE IF NOT EXISTS purchase_keys (
  person_id uuid NOT NULL REFERENCES profiles,
  key text NOT NULL,
  body bytea NOT NULL,
  order_id uuid REFERENCES orders,
  claimed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (person_id, key)
);

CREATE TABLE IF NOT EXISTS reviews (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  product_id text NOT NULL REFERENCES products,
  author_id uuid NOT NULL REFERENCES profiles,
  rating integer NOT NULL CHECK (rating BETWEEN 1 AND 5),
  text text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
  written_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS reviews_by_product ON reviews (product_id, written_at DESC);
