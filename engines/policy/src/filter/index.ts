/** Which rows, instead of whether this one: partial evaluation of policies to a parameterised condition in PostgreSQL's SQL. */
export { catalogueRequirements, columnsThatMustNotBeNull, type Requirement } from './catalogue.ts'
export { FilterError, type FilterErrorCode } from './errors.ts'
export type {
  ColumnMapping,
  IdColumn,
  IdStorage,
  JoinedEntity,
  ParentMapping,
  PlainColumn,
  RecordMapping,
  SetTable,
  TableMapping,
  TagMapping,
} from './mapping.ts'
export { fieldsOf, type MaskedColumn, type MaskRequest, maskSql, type Visibility } from './mask.ts'
export { type FilterOptions, type FilterRequest, partial } from './partial.ts'
export { difference, isAlways, type Residual } from './residual.ts'
export { type SqlCondition, type SqlOptions, toSql } from './to-sql.ts'
