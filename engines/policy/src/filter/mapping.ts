/**
 * Where the entities of one type lie in PostgreSQL. The schema says what type an attribute has; the mapping says in which column, and, where there is a
 * choice, in what form. A name alone stands for the column in its usual form.
 *
 * | type in the schema | usual column | other forms (`as`) |
 * |---|---|---|
 * | String | text, varchar | |
 * | Long | smallint, integer, bigint | |
 * | Bool | boolean | |
 * | an entity | its id as text | `uuid`, `bigint` |
 * | decimal | numeric | |
 * | datetime | timestamptz (cut to milliseconds) | `milliseconds`: bigint since 1970 |
 * | duration | bigint, milliseconds | |
 * | ipaddr | inet, cidr | |
 * | Set | array | `json`: jsonb array; or a join table |
 * | a record | jsonb | one mapping for each of its attributes |
 */
export interface TableMapping {
  /** The entity type. */
  readonly type: string
  /** `orders` or `public.orders`; the name by which columns are addressed when no alias is given. */
  readonly table?: string
  /** The column of the entity's id, unique and NOT NULL. */
  readonly id: string | IdColumn
  readonly attributes?: { readonly [attribute: string]: string | ColumnMapping }
  /** How the entities of this type are in others. Absent means that this lies nowhere in SQL: `resource in ...` is then refused where the schema allows it. */
  readonly parents?: readonly ParentMapping[]
  readonly tags?: TagMapping
}

/** How an id is stored. Of a uuid the id is its text in lower case; of a number its decimal digits. */
export type IdStorage = 'text' | 'uuid' | 'bigint'

export interface IdColumn {
  readonly column: string
  readonly as?: IdStorage
}

/** The column of an attribute, the mappings of a record's attributes, or the join table of a set. */
export type ColumnMapping = PlainColumn | RecordMapping | SetTable

export interface PlainColumn {
  readonly column: string
  /** The form in which it is stored, where that is not the usual one. */
  readonly as?: IdStorage | 'milliseconds' | 'json'
  /** For a set of entities: how their ids are stored. */
  readonly elements?: IdStorage
  /** For a reference: the referenced entity's own row, so that its attributes can be read (a subquery). */
  readonly entity?: JoinedEntity
  /** For a reference: how the referenced entities are in others. Absent means that the entities that decisions know say so. */
  readonly parents?: readonly ParentMapping[]
}

export interface JoinedEntity {
  readonly table: string
  readonly id: string | IdColumn
  readonly attributes: { readonly [attribute: string]: string | ColumnMapping }
  /** True when a foreign key makes sure that there is a row. */
  readonly always?: boolean
}

/** A record in columns of its own. */
export interface RecordMapping {
  readonly attributes: { readonly [attribute: string]: string | ColumnMapping }
  /** The column that is NOT NULL exactly when the record is there; only needed for an optional record without a required attribute. */
  readonly present?: string
}

/** A set in a table of its own: one row for each element. */
export interface SetTable {
  readonly table: string
  /** The column with the id of the entity whose set it is. */
  readonly owner: string
  readonly value: string
  readonly elements?: IdStorage
}

/**
 * One way in which an entity is in entities of the type `type`.
 * - `column`: the id of its only parent of that type stands in its own row (NULL: it has none).
 * - `table`: a join table of its direct parents.
 * - `closure`: a table of all its ancestors of that type, near and far.
 * - `tree`: the parent's id stands in its own row, and parents of that type lie in a table whose rows name their own parent.
 */
export type ParentMapping = ParentColumn | ParentTable | Tree

interface ParentOf {
  /** The type of the parents. */
  readonly type: string
  /** How the parents' ids are stored. */
  readonly as?: IdStorage
  /** `known`: what the parents are in themselves is in the entities that decisions know (groups, roles), and not in SQL. */
  readonly above?: 'known'
}

export interface ParentColumn extends ParentOf {
  readonly kind: 'column'
  readonly column: string
}

export interface ParentTable extends ParentOf {
  readonly kind: 'table' | 'closure'
  readonly table: string
  readonly child: string
  readonly parent: string
  /** A column that holds the parent's type, when the table holds parents of several types. */
  readonly typeColumn?: string
}

export interface Tree extends ParentOf {
  readonly kind: 'tree'
  /** In the entity's own row; for a type that is in its own type, its column of the parent. */
  readonly column: string
  readonly table: string
  readonly id: string
  readonly parent: string
}

/** Tags: one jsonb object, or a table with a row for each tag (string values only). */
export type TagMapping =
  | { readonly column: string }
  | { readonly table: string; readonly owner: string; readonly name: string; readonly value: string }
