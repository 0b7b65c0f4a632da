/** A regular expression of RE2 (Go) as a tree. */
export type Tree =
  | { readonly kind: 'text'; readonly text: string; readonly anyCase: boolean }
  | { readonly kind: 'class'; readonly ranges: readonly Range[]; readonly negated: boolean; readonly anyCase: boolean }
  | { readonly kind: 'sequence'; readonly items: readonly Tree[] }
  | { readonly kind: 'choice'; readonly options: readonly Tree[] }
  | {
      readonly kind: 'repeat'
      readonly of: Tree
      readonly least: number
      readonly most: number
      readonly lazy: boolean
    }
  | { readonly kind: 'group'; readonly of: Tree; readonly captures: boolean }
  | { readonly kind: 'edge'; readonly source: '^' | '$' | '\\b' | '\\B' }

/** Code units from and to, both included. */
export type Range = readonly [from: number, to: number]
