-- BAD ON PURPOSE. The same tables as guarded.sql, without a single constraint that would stop a mistake,
-- and with two things that must never be stored: passwords and full card numbers that anybody can read.
CREATE TABLE IF NOT EXISTS seeds (
  name text PRIMARY KEY,
  sown_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS products (
  id text PRIMARY KEY,
  name text NOT NULL,
  description text NOT NULL,
  price_cents integer NOT NULL,
  stock integer NOT NULL,
  for_sale boolean NOT NULL DEFAULT true
);

CREATE TABLE IF NOT EXISTS profiles (
  person_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  display_name text NOT NULL,
  email text,
  phone text,
  card_last4 text,
  card_number text, -- BAD: a full card number at rest, unencrypted. Guarded: the last four digits only.
  password text, -- BAD: a password as typed. Guarded: none; Holdfast keeps an argon2id hash that nobody can read back.
  role text NOT NULL DEFAULT 'customer'
);

CREATE TABLE IF NOT EXISTS wallets (
  person_id uuid PRIMARY KEY,
  balance_cents integer NOT NULL -- BAD: may go below zero. Guarded: CHECK (balance_cents >= 0).
);

CREATE TABLE IF NOT EXISTS orders (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  person_id uuid NOT NULL,
  product_id text NOT NULL,
  quantity integer NOT NULL, -- BAD: may be negative. Guarded: CHECK (quantity > 0).
  unit_price_cents integer NOT NULL, -- BAD: whatever the page said. Guarded: what the product costs.
  total_cents integer NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS reviews (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  product_id text NOT NULL,
  author_id uuid NOT NULL,
  rating integer NOT NULL,
  text text NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now()
);

-- BAD: a session is a number that counts up, it never ends, and nothing ever deletes one.
-- Guarded: 32 random bytes that live in Holdfast, only their hash at rest, ended by sign-out, expiry or an operator.
CREATE TABLE IF NOT EXISTS sessions (
  token integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (START WITH 1000),
  person_id uuid NOT NULL
);
