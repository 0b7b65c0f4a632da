/** What the first operand was. `operator`, `symbol`: the value begins with a word that is one, or a
 * symbol. */
export type First =
  | 'none'
  | 'symbol'
  | 'operator'
  | 'literal'
  | 'string'
  | 'name'
  | 'variable'
  | 'constant'
  | 'call'
  | 'paren'
  | 'case'
  | 'select'

/** What was read on the way, for the verdict. Counts, unless said otherwise. */
export class Facts {
  first: First = 'none'
  /** The first operand is a literal, a constant or a variable, in however many parentheses. */
  valued = false
  /** AND, OR, XOR, `||`, `&&` on the level of the value, with something behind them. */
  booleans = 0
  /** Comparisons before the first of them, and after it. */
  comparedBefore = 0
  comparedAfter = 0
  /** Those after it that are more than `a = b` of two names: what is true for all, or asks for something. */
  telling = 0
  /** Comparisons of two literals after it. */
  constantComparisons = 0
  /** CASE was begun. */
  inCase = 0
  /** Comparisons of two numbers, wherever they stand. */
  numbersCompared = 0
  /** Comparisons of a literal with itself: `1=1`, `'a'='a`. */
  sames = 0
  /** Comparisons of two numbers in the arguments of a call, or in CASE. */
  identities = 0
  /** TRUE, NOT or `!` behind a boolean operator. */
  logical = false
  /** The same number stands before a boolean operator and behind it. */
  repeated = false
  /** Other operators with a literal, a constant or a call at one side; `afterBoolean` of them after a boolean operator. */
  operations = 0
  operationsAfter = 0
  /** All operators between two operands. */
  operators = 0
  operands = 0
  /** Operands that are no names and no strings. */
  numbers = 0
  /** Operands that are no names, but for a last string that the context closes. */
  values = 0
  calls = 0
  information = 0
  characters = 0
  parentheses = 0
  /** Parentheses closed that the value did not open. */
  closed = 0
  hexadecimals = 0
  selects = 0
  tables = 0
  /** Tables named on the level of the value, with no SELECT before them. */
  looseTables = 0
  /** ORDER BY, GROUP BY, HAVING, LIMIT, FOR UPDATE, LOCK IN on the level of the value; the last of them. */
  clauses = 0
  clause = ''
  where = 0
  commas = 0
  /** The last token was a string that the context's own quote closes. */
  closedByContext = false
  /** Where the last string begins. */
  lastString = 0
  /** The one operator where there is just one, in lower case. */
  operator = ''
  /** A call with an effect at the very beginning of the value. */
  effect = ''
  /** Words stood in the arguments of a call, as they do for CAST, EXTRACT, TRIM, and in prose. */
  loose = false
  /** The value begins with a whole statement. */
  statement = false
  /** Nothing but what parses was read to the end (or to a comment that takes the rest). */
  failed = false
  /** A semicolon ends the value. */
  terminated = false
  /** The token that did not parse is a string in the context's own quotes. */
  failedAtQuote = false
}
