-- A first password that an operator gave, and that its person must change when they sign in by it.
ALTER TABLE passwords ADD COLUMN temporary boolean NOT NULL DEFAULT false;
